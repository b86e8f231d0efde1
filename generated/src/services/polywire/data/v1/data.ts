import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { StoreRequest, StoreResponse, ReadRequest, ReadResponse, DeleteRequest, DeleteResponse, ListKeysRequest, ListKeysResponse, ClearRequest, ClearResponse } from '../../../../messages/polywire/data/v1/data.js';
import { StoreRequestCodec, type StoreRequestInit, StoreResponseCodec, type StoreResponseInit, ReadRequestCodec, type ReadRequestInit, ReadResponseCodec, type ReadResponseInit, DeleteRequestCodec, type DeleteRequestInit, DeleteResponseCodec, type DeleteResponseInit, ListKeysRequestCodec, type ListKeysRequestInit, ListKeysResponseCodec, type ListKeysResponseInit, ClearRequestCodec, type ClearRequestInit, ClearResponseCodec, type ClearResponseInit } from '../../../../codecs/polywire/data/v1/data.js';

export interface ClientDataServiceClient {
store(request: StoreRequestInit, options?: CallOptions): Promise<StoreResponse>;
read(request: ReadRequestInit, options?: CallOptions): Promise<ReadResponse>;
delete(request: DeleteRequestInit, options?: CallOptions): Promise<DeleteResponse>;
listKeys(request: ListKeysRequestInit, options?: CallOptions): Promise<ListKeysResponse>;
clear(request: ClearRequestInit, options?: CallOptions): Promise<ClearResponse>;
}
export interface ClientDataServiceHandler {
store(request: StoreRequest, context: CallContext): StoreResponseInit | Promise<StoreResponseInit>;
read(request: ReadRequest, context: CallContext): ReadResponseInit | Promise<ReadResponseInit>;
delete(request: DeleteRequest, context: CallContext): DeleteResponseInit | Promise<DeleteResponseInit>;
listKeys(request: ListKeysRequest, context: CallContext): ListKeysResponseInit | Promise<ListKeysResponseInit>;
clear(request: ClearRequest, context: CallContext): ClearResponseInit | Promise<ClearResponseInit>;
}
export const ClientDataService: ServiceDescriptor<ClientDataServiceClient, ClientDataServiceHandler> = { typeName: 'polywire.data.v1.ClientDataService', serviceId: 2, methods: {
store: { name: 'Store', methodId: 1, kind: 'unary', idempotent: true, fanout: false, request: StoreRequestCodec, response: StoreResponseCodec },
read: { name: 'Read', methodId: 2, kind: 'unary', idempotent: true, fanout: false, request: ReadRequestCodec, response: ReadResponseCodec },
delete: { name: 'Delete', methodId: 3, kind: 'unary', idempotent: true, fanout: false, request: DeleteRequestCodec, response: DeleteResponseCodec },
listKeys: { name: 'ListKeys', methodId: 4, kind: 'unary', idempotent: true, fanout: false, request: ListKeysRequestCodec, response: ListKeysResponseCodec },
clear: { name: 'Clear', methodId: 5, kind: 'unary', idempotent: true, fanout: false, request: ClearRequestCodec, response: ClearResponseCodec },
} };