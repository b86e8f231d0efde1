import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { SubscribeRequest, SubscribeResponse, BroadcastRequest, BroadcastResponse, RequestRequest, RequestResponse, WorkRequest, WorkResponse, LockRequest, LockResponse, UnlockRequest, UnlockResponse } from '../../../../messages/polywire/io/v1/io.js';
import { SubscribeRequestCodec, type SubscribeRequestInit, SubscribeResponseCodec, type SubscribeResponseInit, BroadcastRequestCodec, type BroadcastRequestInit, BroadcastResponseCodec, type BroadcastResponseInit, RequestRequestCodec, type RequestRequestInit, RequestResponseCodec, type RequestResponseInit, WorkRequestCodec, type WorkRequestInit, WorkResponseCodec, type WorkResponseInit, LockRequestCodec, type LockRequestInit, LockResponseCodec, type LockResponseInit, UnlockRequestCodec, type UnlockRequestInit, UnlockResponseCodec, type UnlockResponseInit } from '../../../../codecs/polywire/io/v1/io.js';

export interface IoServiceClient {
subscribe(request: SubscribeRequestInit, options?: CallOptions): AsyncIterable<SubscribeResponse>;
broadcast(request: BroadcastRequestInit, options?: CallOptions): Promise<BroadcastResponse>;
request(request: RequestRequestInit, options?: CallOptions): Promise<RequestResponse>;
work(requests: AsyncIterable<WorkRequestInit>, options?: CallOptions): AsyncIterable<WorkResponse>;
lock(request: LockRequestInit, options?: CallOptions): Promise<LockResponse>;
unlock(request: UnlockRequestInit, options?: CallOptions): Promise<UnlockResponse>;
}
export interface IoServiceHandler {
subscribe(request: SubscribeRequest, context: CallContext): Fanout<SubscribeResponseInit> | Promise<Fanout<SubscribeResponseInit>>;
broadcast(request: BroadcastRequest, context: CallContext): BroadcastResponseInit | Promise<BroadcastResponseInit>;
request(request: RequestRequest, context: CallContext): RequestResponseInit | Promise<RequestResponseInit>;
work(requests: AsyncIterable<WorkRequest>, context: CallContext): AsyncIterable<WorkResponseInit>;
lock(request: LockRequest, context: CallContext): LockResponseInit | Promise<LockResponseInit>;
unlock(request: UnlockRequest, context: CallContext): UnlockResponseInit | Promise<UnlockResponseInit>;
}
export const IoService: ServiceDescriptor<IoServiceClient, IoServiceHandler> = { typeName: 'polywire.io.v1.IoService', serviceId: 4, methods: {
subscribe: { name: 'Subscribe', methodId: 1, kind: 'server-stream', idempotent: true, fanout: true, request: SubscribeRequestCodec, response: SubscribeResponseCodec },
broadcast: { name: 'Broadcast', methodId: 2, kind: 'unary', idempotent: false, fanout: false, request: BroadcastRequestCodec, response: BroadcastResponseCodec },
request: { name: 'Request', methodId: 3, kind: 'unary', idempotent: false, fanout: false, request: RequestRequestCodec, response: RequestResponseCodec },
work: { name: 'Work', methodId: 4, kind: 'bidi-stream', idempotent: false, fanout: false, request: WorkRequestCodec, response: WorkResponseCodec },
lock: { name: 'Lock', methodId: 5, kind: 'unary', idempotent: false, fanout: false, request: LockRequestCodec, response: LockResponseCodec },
unlock: { name: 'Unlock', methodId: 6, kind: 'unary', idempotent: true, fanout: false, request: UnlockRequestCodec, response: UnlockResponseCodec },
} };