import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { UnaryRequest, UnaryResponse, ServerStreamRequest, ServerStreamResponse, ClientStreamRequest, ClientStreamResponse, BidiStreamRequest, BidiStreamResponse, UnimplementedRequest, UnimplementedResponse } from '../../../../messages/polywire/conformance/v1/service.js';
import { UnaryRequestCodec, type UnaryRequestInit, UnaryResponseCodec, type UnaryResponseInit, ServerStreamRequestCodec, type ServerStreamRequestInit, ServerStreamResponseCodec, type ServerStreamResponseInit, ClientStreamRequestCodec, type ClientStreamRequestInit, ClientStreamResponseCodec, type ClientStreamResponseInit, BidiStreamRequestCodec, type BidiStreamRequestInit, BidiStreamResponseCodec, type BidiStreamResponseInit, UnimplementedRequestCodec, type UnimplementedRequestInit, UnimplementedResponseCodec, type UnimplementedResponseInit } from '../../../../codecs/polywire/conformance/v1/service.js';

export interface ConformanceServiceClient {
unary(request: UnaryRequestInit, options?: CallOptions): Promise<UnaryResponse>;
serverStream(request: ServerStreamRequestInit, options?: CallOptions): AsyncIterable<ServerStreamResponse>;
clientStream(requests: AsyncIterable<ClientStreamRequestInit>, options?: CallOptions): Promise<ClientStreamResponse>;
bidiStream(requests: AsyncIterable<BidiStreamRequestInit>, options?: CallOptions): AsyncIterable<BidiStreamResponse>;
unimplemented(request: UnimplementedRequestInit, options?: CallOptions): Promise<UnimplementedResponse>;
}
export interface ConformanceServiceHandler {
unary(request: UnaryRequest, context: CallContext): UnaryResponseInit | Promise<UnaryResponseInit>;
serverStream(request: ServerStreamRequest, context: CallContext): AsyncIterable<ServerStreamResponseInit>;
clientStream(requests: AsyncIterable<ClientStreamRequest>, context: CallContext): ClientStreamResponseInit | Promise<ClientStreamResponseInit>;
bidiStream(requests: AsyncIterable<BidiStreamRequest>, context: CallContext): AsyncIterable<BidiStreamResponseInit>;
unimplemented(request: UnimplementedRequest, context: CallContext): UnimplementedResponseInit | Promise<UnimplementedResponseInit>;
}
export const ConformanceService: ServiceDescriptor<ConformanceServiceClient, ConformanceServiceHandler> = { typeName: 'polywire.conformance.v1.ConformanceService', serviceId: 250, methods: {
unary: { name: 'Unary', methodId: 1, kind: 'unary', idempotent: true, fanout: false, request: UnaryRequestCodec, response: UnaryResponseCodec },
serverStream: { name: 'ServerStream', methodId: 2, kind: 'server-stream', idempotent: false, fanout: false, request: ServerStreamRequestCodec, response: ServerStreamResponseCodec },
clientStream: { name: 'ClientStream', methodId: 3, kind: 'client-stream', idempotent: false, fanout: false, request: ClientStreamRequestCodec, response: ClientStreamResponseCodec },
bidiStream: { name: 'BidiStream', methodId: 4, kind: 'bidi-stream', idempotent: false, fanout: false, request: BidiStreamRequestCodec, response: BidiStreamResponseCodec },
unimplemented: { name: 'Unimplemented', methodId: 5, kind: 'unary', idempotent: false, fanout: false, request: UnimplementedRequestCodec, response: UnimplementedResponseCodec },
} };