import {
  GoAwayRequestCodec,
  GoAwayResponseCodec,
  PingRequestCodec,
  PingResponseCodec,
  SessionServiceCalls,
  type SessionServiceHandler,
} from '@polywire/protocol/polywire.session.v1';
import type { CallDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';

type Served = Pick<SessionServiceHandler, 'ping' | 'goAway'>;

const { typeName, serviceId, methods } = SessionServiceCalls;
const { ping, goAway } = methods as { readonly ping: CallDescriptor; readonly goAway: CallDescriptor };

/** The calls of SessionService that a server makes to a client. The whole service would bring in the other half of Hello. */
export const clientSessionService: ServiceDescriptor<unknown, Served> = {
  typeName,
  serviceId,
  methods: {
    ping: { ...ping, request: PingRequestCodec, response: PingResponseCodec },
    goAway: { ...goAway, request: GoAwayRequestCodec, response: GoAwayResponseCodec },
  },
};
