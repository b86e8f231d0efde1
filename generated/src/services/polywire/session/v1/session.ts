import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { HelloRequest, HelloResponse, PingRequest, PingResponse, GoAwayRequest, GoAwayResponse } from '../../../../messages/polywire/session/v1/session.js';
import { HelloRequestCodec, type HelloRequestInit, HelloResponseCodec, type HelloResponseInit, PingRequestCodec, type PingRequestInit, PingResponseCodec, type PingResponseInit, GoAwayRequestCodec, type GoAwayRequestInit, GoAwayResponseCodec, type GoAwayResponseInit } from '../../../../codecs/polywire/session/v1/session.js';

export interface SessionServiceClient {
hello(request: HelloRequestInit, options?: CallOptions): Promise<HelloResponse>;
ping(request: PingRequestInit, options?: CallOptions): Promise<PingResponse>;
goAway(request: GoAwayRequestInit, options?: CallOptions): Promise<GoAwayResponse>;
}
export interface SessionServiceHandler {
hello(request: HelloRequest, context: CallContext): HelloResponseInit | Promise<HelloResponseInit>;
ping(request: PingRequest, context: CallContext): PingResponseInit | Promise<PingResponseInit>;
goAway(request: GoAwayRequest, context: CallContext): GoAwayResponseInit | Promise<GoAwayResponseInit>;
}
export const SessionService: ServiceDescriptor<SessionServiceClient, SessionServiceHandler> = { typeName: 'polywire.session.v1.SessionService', serviceId: 1, methods: {
hello: { name: 'Hello', methodId: 1, kind: 'unary', idempotent: false, fanout: false, request: HelloRequestCodec, response: HelloResponseCodec },
ping: { name: 'Ping', methodId: 2, kind: 'unary', idempotent: true, fanout: false, request: PingRequestCodec, response: PingResponseCodec },
goAway: { name: 'GoAway', methodId: 3, kind: 'unary', idempotent: false, fanout: false, request: GoAwayRequestCodec, response: GoAwayResponseCodec },
} };