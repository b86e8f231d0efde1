import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { TailRequest, TailResponse } from '../../../../messages/polywire/relay/v1/relay.js';
import { TailRequestCodec, type TailRequestInit, TailResponseCodec, type TailResponseInit } from '../../../../codecs/polywire/relay/v1/relay.js';

export interface RelayServiceClient {
tail(request: TailRequestInit, options?: CallOptions): AsyncIterable<TailResponse>;
}
export interface RelayServiceHandler {
tail(request: TailRequest, context: CallContext): Fanout<TailResponseInit> | Promise<Fanout<TailResponseInit>>;
}
export const RelayService: ServiceDescriptor<RelayServiceClient, RelayServiceHandler> = { typeName: 'polywire.relay.v1.RelayService', serviceId: 5, methods: {
tail: { name: 'Tail', methodId: 1, kind: 'server-stream', idempotent: true, fanout: true, request: TailRequestCodec, response: TailResponseCodec },
} };