import type { SessionServiceHandler } from '@polywire/protocol/polywire.session.v1';
import type { NativeSession } from './native-session.js';

/** The first words of a native session. */
export const sessionHandler: Partial<SessionServiceHandler> = {
  hello: (request, context) => (context.peer as NativeSession).hello(request),
  goAway(_request, context) {
    (context.peer as NativeSession).farewell();
    return {};
  },
  authenticate: (request, context) => (context.peer as NativeSession).authenticate(request.token),
  ping: (request) => ({ nonce: request.nonce }),
};
