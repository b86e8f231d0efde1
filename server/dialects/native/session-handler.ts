import type { SessionServiceHandler } from '@polywire/protocol/polywire.session.v1';
import type { NativeSession } from './native-session.js';

/** The first words of a native session. */
export const sessionHandler: Partial<SessionServiceHandler> = {
  hello: (request, context) => (context.peer as NativeSession).hello(request),
  ping: (request) => ({ nonce: request.nonce }),
};
