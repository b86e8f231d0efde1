import type { CallContext, CallOptions, Fanout, ServiceDescriptor } from '../../../../wire/index.js';
import type { StatsRequest, StatsResponse, ListSessionsRequest, ListSessionsResponse, KickRequest, KickResponse } from '../../../../messages/polywire/admin/v1/admin.js';
import { StatsRequestCodec, type StatsRequestInit, StatsResponseCodec, type StatsResponseInit, ListSessionsRequestCodec, type ListSessionsRequestInit, ListSessionsResponseCodec, type ListSessionsResponseInit, KickRequestCodec, type KickRequestInit, KickResponseCodec, type KickResponseInit } from '../../../../codecs/polywire/admin/v1/admin.js';

export interface AdminServiceClient {
stats(request: StatsRequestInit, options?: CallOptions): Promise<StatsResponse>;
listSessions(request: ListSessionsRequestInit, options?: CallOptions): Promise<ListSessionsResponse>;
kick(request: KickRequestInit, options?: CallOptions): Promise<KickResponse>;
}
export interface AdminServiceHandler {
stats(request: StatsRequest, context: CallContext): StatsResponseInit | Promise<StatsResponseInit>;
listSessions(request: ListSessionsRequest, context: CallContext): ListSessionsResponseInit | Promise<ListSessionsResponseInit>;
kick(request: KickRequest, context: CallContext): KickResponseInit | Promise<KickResponseInit>;
}
export const AdminService: ServiceDescriptor<AdminServiceClient, AdminServiceHandler> = { typeName: 'polywire.admin.v1.AdminService', serviceId: 6, methods: {
stats: { name: 'Stats', methodId: 1, kind: 'unary', idempotent: true, fanout: false, request: StatsRequestCodec, response: StatsResponseCodec },
listSessions: { name: 'ListSessions', methodId: 2, kind: 'unary', idempotent: true, fanout: false, request: ListSessionsRequestCodec, response: ListSessionsResponseCodec },
kick: { name: 'Kick', methodId: 3, kind: 'unary', idempotent: true, fanout: false, request: KickRequestCodec, response: KickResponseCodec },
} };