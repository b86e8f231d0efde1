import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { GetRequest, GetResponse, SetRequest, SetResponse, DeleteRequest, DeleteResponse, IncrementRequest, IncrementResponse, ScanRequest, ScanResponse, BatchRequest, BatchResponse, WatchRequest, WatchResponse, PublishRequest, PublishResponse, SubscribeRequest, SubscribeResponse } from '../../../../messages/polywire/kv/v1/kv.js';
import { GetRequestCodec, type GetRequestInit, GetResponseCodec, type GetResponseInit, SetRequestCodec, type SetRequestInit, SetResponseCodec, type SetResponseInit, DeleteRequestCodec, type DeleteRequestInit, DeleteResponseCodec, type DeleteResponseInit, IncrementRequestCodec, type IncrementRequestInit, IncrementResponseCodec, type IncrementResponseInit, ScanRequestCodec, type ScanRequestInit, ScanResponseCodec, type ScanResponseInit, BatchRequestCodec, type BatchRequestInit, BatchResponseCodec, type BatchResponseInit, WatchRequestCodec, type WatchRequestInit, WatchResponseCodec, type WatchResponseInit, PublishRequestCodec, type PublishRequestInit, PublishResponseCodec, type PublishResponseInit, SubscribeRequestCodec, type SubscribeRequestInit, SubscribeResponseCodec, type SubscribeResponseInit } from '../../../../codecs/polywire/kv/v1/kv.js';

export interface KvServiceClient {
get(request: GetRequestInit, options?: CallOptions): Promise<GetResponse>;
set(request: SetRequestInit, options?: CallOptions): Promise<SetResponse>;
delete(request: DeleteRequestInit, options?: CallOptions): Promise<DeleteResponse>;
increment(request: IncrementRequestInit, options?: CallOptions): Promise<IncrementResponse>;
scan(request: ScanRequestInit, options?: CallOptions): Promise<ScanResponse>;
batch(request: BatchRequestInit, options?: CallOptions): Promise<BatchResponse>;
watch(request: WatchRequestInit, options?: CallOptions): AsyncIterable<WatchResponse>;
publish(request: PublishRequestInit, options?: CallOptions): Promise<PublishResponse>;
subscribe(request: SubscribeRequestInit, options?: CallOptions): AsyncIterable<SubscribeResponse>;
}
export interface KvServiceHandler {
get(request: GetRequest, context: CallContext): GetResponseInit | Promise<GetResponseInit>;
set(request: SetRequest, context: CallContext): SetResponseInit | Promise<SetResponseInit>;
delete(request: DeleteRequest, context: CallContext): DeleteResponseInit | Promise<DeleteResponseInit>;
increment(request: IncrementRequest, context: CallContext): IncrementResponseInit | Promise<IncrementResponseInit>;
scan(request: ScanRequest, context: CallContext): ScanResponseInit | Promise<ScanResponseInit>;
batch(request: BatchRequest, context: CallContext): BatchResponseInit | Promise<BatchResponseInit>;
watch(request: WatchRequest, context: CallContext): Fanout<WatchResponseInit> | Promise<Fanout<WatchResponseInit>>;
publish(request: PublishRequest, context: CallContext): PublishResponseInit | Promise<PublishResponseInit>;
subscribe(request: SubscribeRequest, context: CallContext): Fanout<SubscribeResponseInit> | Promise<Fanout<SubscribeResponseInit>>;
}
export const KvService: ServiceDescriptor<KvServiceClient, KvServiceHandler> = { typeName: 'polywire.kv.v1.KvService', serviceId: 3, methods: {
get: { name: 'Get', methodId: 1, kind: 'unary', idempotent: true, fanout: false, request: GetRequestCodec, response: GetResponseCodec },
set: { name: 'Set', methodId: 2, kind: 'unary', idempotent: false, fanout: false, request: SetRequestCodec, response: SetResponseCodec },
delete: { name: 'Delete', methodId: 3, kind: 'unary', idempotent: false, fanout: false, request: DeleteRequestCodec, response: DeleteResponseCodec },
increment: { name: 'Increment', methodId: 4, kind: 'unary', idempotent: false, fanout: false, request: IncrementRequestCodec, response: IncrementResponseCodec },
scan: { name: 'Scan', methodId: 5, kind: 'unary', idempotent: true, fanout: false, request: ScanRequestCodec, response: ScanResponseCodec },
batch: { name: 'Batch', methodId: 6, kind: 'unary', idempotent: false, fanout: false, request: BatchRequestCodec, response: BatchResponseCodec },
watch: { name: 'Watch', methodId: 7, kind: 'server-stream', idempotent: true, fanout: true, request: WatchRequestCodec, response: WatchResponseCodec },
publish: { name: 'Publish', methodId: 8, kind: 'unary', idempotent: false, fanout: false, request: PublishRequestCodec, response: PublishResponseCodec },
subscribe: { name: 'Subscribe', methodId: 9, kind: 'server-stream', idempotent: true, fanout: true, request: SubscribeRequestCodec, response: SubscribeResponseCodec },
} };