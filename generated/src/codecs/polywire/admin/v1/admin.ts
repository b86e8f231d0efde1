import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type StatsRequest, type StatsResponse, type ListSessionsRequest, type ListSessionsResponse, type SessionInfo, type KickRequest, type KickResponse } from '../../../../messages/polywire/admin/v1/admin.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface StatsRequestInit {
}
export const StatsRequestCodec: MessageCodec<StatsRequest, StatsRequestInit> = {
  typeName: 'polywire.admin.v1.StatsRequest',
  borrows: false,
  write(m: StatsRequestInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: StatsRequest): StatsRequest {
    const m: StatsRequest = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};

export interface StatsResponseInit {
  readonly uptimeMs?: StatsResponse['uptimeMs'] | undefined;
  readonly sessions?: StatsResponse['sessions'] | undefined;
  readonly sessionsTotal?: StatsResponse['sessionsTotal'] | undefined;
  readonly messagesIn?: StatsResponse['messagesIn'] | undefined;
  readonly messagesOut?: StatsResponse['messagesOut'] | undefined;
  readonly bytesIn?: StatsResponse['bytesIn'] | undefined;
  readonly bytesOut?: StatsResponse['bytesOut'] | undefined;
  readonly errors?: StatsResponse['errors'] | undefined;
  readonly store?: StatsResponse['store'] | undefined;
  readonly ackLevel?: StatsResponse['ackLevel'] | undefined;
  readonly draining?: StatsResponse['draining'] | undefined;
}
export const StatsResponseCodec: MessageCodec<StatsResponse, StatsResponseInit> = {
  typeName: 'polywire.admin.v1.StatsResponse',
  borrows: false,
  write(m: StatsResponseInit, w: ByteWriter): void {
    if (m.uptimeMs) { w.uint32(8); w.int64Number(m.uptimeMs as never); }
    if (m.sessions) { w.uint32(16); w.uint32(m.sessions as never); }
    if (m.sessionsTotal) { w.uint32(24); w.int64Number(m.sessionsTotal as never); }
    if (m.messagesIn) { w.uint32(32); w.int64Number(m.messagesIn as never); }
    if (m.messagesOut) { w.uint32(40); w.int64Number(m.messagesOut as never); }
    if (m.bytesIn) { w.uint32(48); w.int64Number(m.bytesIn as never); }
    if (m.bytesOut) { w.uint32(56); w.int64Number(m.bytesOut as never); }
    if (m.errors) { w.uint32(64); w.int64Number(m.errors as never); }
    if (m.store !== undefined && m.store.length > 0) { w.uint32(74); w.string(m.store as never); }
    if (m.ackLevel) { w.uint32(80); w.int32(m.ackLevel as never); }
    if (m.draining) { w.uint32(88); w.bool(m.draining as never); }
  },
  read(r: ByteReader, into?: StatsResponse): StatsResponse {
    const m: StatsResponse = into ?? { uptimeMs: 0, sessions: 0, sessionsTotal: 0, messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, errors: 0, store: '', ackLevel: 0, draining: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.uptimeMs = r.uint64Number() as never; break;
      case 16: m.sessions = r.uint32() as never; break;
      case 24: m.sessionsTotal = r.uint64Number() as never; break;
      case 32: m.messagesIn = r.uint64Number() as never; break;
      case 40: m.messagesOut = r.uint64Number() as never; break;
      case 48: m.bytesIn = r.uint64Number() as never; break;
      case 56: m.bytesOut = r.uint64Number() as never; break;
      case 64: m.errors = r.uint64Number() as never; break;
      case 74: m.store = r.string() as never; break;
      case 80: m.ackLevel = r.int32() as never; break;
      case 88: m.draining = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ListSessionsRequestInit {
}
export const ListSessionsRequestCodec: MessageCodec<ListSessionsRequest, ListSessionsRequestInit> = {
  typeName: 'polywire.admin.v1.ListSessionsRequest',
  borrows: false,
  write(m: ListSessionsRequestInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: ListSessionsRequest): ListSessionsRequest {
    const m: ListSessionsRequest = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};

export interface ListSessionsResponseInit {
  readonly sessions?: readonly SessionInfoInit[] | undefined;
}
export const ListSessionsResponseCodec: MessageCodec<ListSessionsResponse, ListSessionsResponseInit> = {
  typeName: 'polywire.admin.v1.ListSessionsResponse',
  borrows: false,
  write(m: ListSessionsResponseInit, w: ByteWriter): void {
    if (m.sessions !== undefined) for (const x of m.sessions) { w.uint32(10); const k = w.fork(); SessionInfoCodec.write(x, w); w.join(k); }
  },
  read(r: ByteReader, into?: ListSessionsResponse): ListSessionsResponse {
    const m: ListSessionsResponse = into ?? { sessions: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.sessions.push(r.message(SessionInfoCodec)); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ListSessionsResponse): void {
    for (const x of m.sessions) SessionInfoCodec.check?.(x);
  },
};

export interface SessionInfoInit {
  readonly sessionId?: SessionInfo['sessionId'] | undefined;
  readonly clientId?: SessionInfo['clientId'] | undefined;
  readonly dialect?: SessionInfo['dialect'] | undefined;
  readonly remoteAddress?: SessionInfo['remoteAddress'] | undefined;
  readonly openedAtMs?: SessionInfo['openedAtMs'] | undefined;
  readonly messagesIn?: SessionInfo['messagesIn'] | undefined;
  readonly messagesOut?: SessionInfo['messagesOut'] | undefined;
}
export const SessionInfoCodec: MessageCodec<SessionInfo, SessionInfoInit> = {
  typeName: 'polywire.admin.v1.SessionInfo',
  borrows: false,
  write(m: SessionInfoInit, w: ByteWriter): void {
    if (m.sessionId !== undefined && m.sessionId.length > 0) { w.uint32(10); w.string(m.sessionId as never); }
    if (m.clientId !== undefined && m.clientId.length > 0) { w.uint32(18); w.string(m.clientId as never); }
    if (m.dialect !== undefined && m.dialect.length > 0) { w.uint32(26); w.string(m.dialect as never); }
    if (m.remoteAddress !== undefined && m.remoteAddress.length > 0) { w.uint32(34); w.string(m.remoteAddress as never); }
    if (m.openedAtMs) { w.uint32(40); w.int64Number(m.openedAtMs as never); }
    if (m.messagesIn) { w.uint32(48); w.int64Number(m.messagesIn as never); }
    if (m.messagesOut) { w.uint32(56); w.int64Number(m.messagesOut as never); }
  },
  read(r: ByteReader, into?: SessionInfo): SessionInfo {
    const m: SessionInfo = into ?? { sessionId: '', clientId: '', dialect: '', remoteAddress: '', openedAtMs: 0, messagesIn: 0, messagesOut: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.sessionId = r.string() as never; break;
      case 18: m.clientId = r.string() as never; break;
      case 26: m.dialect = r.string() as never; break;
      case 34: m.remoteAddress = r.string() as never; break;
      case 40: m.openedAtMs = r.uint64Number() as never; break;
      case 48: m.messagesIn = r.uint64Number() as never; break;
      case 56: m.messagesOut = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface KickRequestInit {
  readonly sessionId?: KickRequest['sessionId'] | undefined;
  readonly reason?: KickRequest['reason'] | undefined;
}
export const KickRequestCodec: MessageCodec<KickRequest, KickRequestInit> = {
  typeName: 'polywire.admin.v1.KickRequest',
  borrows: false,
  write(m: KickRequestInit, w: ByteWriter): void {
    if (m.sessionId !== undefined && m.sessionId.length > 0) { w.uint32(10); w.string(m.sessionId as never); }
    if (m.reason !== undefined && m.reason.length > 0) { w.uint32(18); w.string(m.reason as never); }
  },
  read(r: ByteReader, into?: KickRequest): KickRequest {
    const m: KickRequest = into ?? { sessionId: '', reason: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.sessionId = r.string() as never; break;
      case 18: m.reason = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: KickRequest): void {
    if (m.sessionId.length * 3 > 64 && utf8Length(m.sessionId) > 64) throw new WireError('invalid-field', 'session_id is too long; the limit is 64 (polywire.admin.v1.KickRequest.session_id)', 'polywire.admin.v1.KickRequest.session_id', { field: 'polywire.admin.v1.KickRequest.session_id', limit: '64' });
    if (m.sessionId.length < 1) throw new WireError('invalid-field', 'session_id is too short (polywire.admin.v1.KickRequest.session_id)', 'polywire.admin.v1.KickRequest.session_id');
    if (m.reason.length * 3 > 123 && utf8Length(m.reason) > 123) throw new WireError('invalid-field', 'reason is too long; the limit is 123 (polywire.admin.v1.KickRequest.reason)', 'polywire.admin.v1.KickRequest.reason', { field: 'polywire.admin.v1.KickRequest.reason', limit: '123' });
  },
};

export interface KickResponseInit {
  readonly kicked?: KickResponse['kicked'] | undefined;
}
export const KickResponseCodec: MessageCodec<KickResponse, KickResponseInit> = {
  typeName: 'polywire.admin.v1.KickResponse',
  borrows: false,
  write(m: KickResponseInit, w: ByteWriter): void {
    if (m.kicked) { w.uint32(8); w.bool(m.kicked as never); }
  },
  read(r: ByteReader, into?: KickResponse): KickResponse {
    const m: KickResponse = into ?? { kicked: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.kicked = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
