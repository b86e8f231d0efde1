import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type HelloRequest, type Resume, type HelloResponse, type Limits, type PingRequest, type PingResponse, type GoAwayRequest, type GoAwayResponse } from '../../../../messages/polywire/session/v1/session.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface HelloRequestInit {
  readonly clientId?: HelloRequest['clientId'] | undefined;
  readonly token?: HelloRequest['token'] | undefined;
  readonly agent?: HelloRequest['agent'] | undefined;
  readonly schemaHash?: HelloRequest['schemaHash'] | undefined;
  readonly resume?: ResumeInit | undefined;
}
export const HelloRequestCodec: MessageCodec<HelloRequest, HelloRequestInit> = {
  typeName: 'polywire.session.v1.HelloRequest',
  borrows: false,
  write(m: HelloRequestInit, w: ByteWriter): void {
    if (m.clientId !== undefined && m.clientId.length > 0) { w.uint32(10); w.string(m.clientId as never); }
    if (m.token !== undefined && m.token.length > 0) { w.uint32(18); w.string(m.token as never); }
    if (m.agent !== undefined && m.agent.length > 0) { w.uint32(26); w.string(m.agent as never); }
    if (m.schemaHash !== undefined && m.schemaHash.length > 0) { w.uint32(34); w.string(m.schemaHash as never); }
    if (m.resume !== undefined) { w.uint32(42); const k = w.fork(); ResumeCodec.write(m.resume, w); w.join(k); }
  },
  read(r: ByteReader, into?: HelloRequest): HelloRequest {
    const m: HelloRequest = into ?? { clientId: '', token: '', agent: '', schemaHash: '', resume: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.clientId = r.string() as never; break;
      case 18: m.token = r.string() as never; break;
      case 26: m.agent = r.string() as never; break;
      case 34: m.schemaHash = r.string() as never; break;
      case 42: m.resume = r.message(ResumeCodec, m.resume); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: HelloRequest): void {
    if (m.clientId.length * 3 > 255 && utf8Length(m.clientId) > 255) throw new WireError('invalid-field', 'client_id is too long; the limit is 255 (polywire.session.v1.HelloRequest.client_id)', 'polywire.session.v1.HelloRequest.client_id', { field: 'polywire.session.v1.HelloRequest.client_id', limit: '255' });
    if (m.token.length * 3 > 8192 && utf8Length(m.token) > 8192) throw new WireError('invalid-field', 'token is too long; the limit is 8192 (polywire.session.v1.HelloRequest.token)', 'polywire.session.v1.HelloRequest.token', { field: 'polywire.session.v1.HelloRequest.token', limit: '8192' });
    if (m.agent.length * 3 > 255 && utf8Length(m.agent) > 255) throw new WireError('invalid-field', 'agent is too long; the limit is 255 (polywire.session.v1.HelloRequest.agent)', 'polywire.session.v1.HelloRequest.agent', { field: 'polywire.session.v1.HelloRequest.agent', limit: '255' });
    if (m.schemaHash.length * 3 > 64 && utf8Length(m.schemaHash) > 64) throw new WireError('invalid-field', 'schema_hash is too long; the limit is 64 (polywire.session.v1.HelloRequest.schema_hash)', 'polywire.session.v1.HelloRequest.schema_hash', { field: 'polywire.session.v1.HelloRequest.schema_hash', limit: '64' });
    if (m.resume !== undefined) ResumeCodec.check?.(m.resume);
  },
};

export interface ResumeInit {
  readonly sessionId?: Resume['sessionId'] | undefined;
  readonly resumeToken?: Resume['resumeToken'] | undefined;
}
export const ResumeCodec: MessageCodec<Resume, ResumeInit> = {
  typeName: 'polywire.session.v1.Resume',
  borrows: false,
  write(m: ResumeInit, w: ByteWriter): void {
    if (m.sessionId !== undefined && m.sessionId.length > 0) { w.uint32(10); w.string(m.sessionId as never); }
    if (m.resumeToken !== undefined && m.resumeToken.length > 0) { w.uint32(18); w.string(m.resumeToken as never); }
  },
  read(r: ByteReader, into?: Resume): Resume {
    const m: Resume = into ?? { sessionId: '', resumeToken: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.sessionId = r.string() as never; break;
      case 18: m.resumeToken = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Resume): void {
    if (m.sessionId.length * 3 > 64 && utf8Length(m.sessionId) > 64) throw new WireError('invalid-field', 'session_id is too long; the limit is 64 (polywire.session.v1.Resume.session_id)', 'polywire.session.v1.Resume.session_id', { field: 'polywire.session.v1.Resume.session_id', limit: '64' });
    if (m.resumeToken.length * 3 > 128 && utf8Length(m.resumeToken) > 128) throw new WireError('invalid-field', 'resume_token is too long; the limit is 128 (polywire.session.v1.Resume.resume_token)', 'polywire.session.v1.Resume.resume_token', { field: 'polywire.session.v1.Resume.resume_token', limit: '128' });
  },
};

export interface HelloResponseInit {
  readonly sessionId?: HelloResponse['sessionId'] | undefined;
  readonly clientId?: HelloResponse['clientId'] | undefined;
  readonly limits?: LimitsInit | undefined;
  readonly heartbeatMs?: HelloResponse['heartbeatMs'] | undefined;
  readonly schemaHash?: HelloResponse['schemaHash'] | undefined;
  readonly ackLevel?: HelloResponse['ackLevel'] | undefined;
  readonly agent?: HelloResponse['agent'] | undefined;
  readonly serviceIds?: HelloResponse['serviceIds'] | undefined;
  readonly resumeToken?: HelloResponse['resumeToken'] | undefined;
}
export const HelloResponseCodec: MessageCodec<HelloResponse, HelloResponseInit> = {
  typeName: 'polywire.session.v1.HelloResponse',
  borrows: false,
  write(m: HelloResponseInit, w: ByteWriter): void {
    if (m.sessionId !== undefined && m.sessionId.length > 0) { w.uint32(10); w.string(m.sessionId as never); }
    if (m.clientId !== undefined && m.clientId.length > 0) { w.uint32(18); w.string(m.clientId as never); }
    if (m.limits !== undefined) { w.uint32(26); const k = w.fork(); LimitsCodec.write(m.limits, w); w.join(k); }
    if (m.heartbeatMs) { w.uint32(32); w.uint32(m.heartbeatMs as never); }
    if (m.schemaHash !== undefined && m.schemaHash.length > 0) { w.uint32(42); w.string(m.schemaHash as never); }
    if (m.ackLevel) { w.uint32(48); w.int32(m.ackLevel as never); }
    if (m.agent !== undefined && m.agent.length > 0) { w.uint32(58); w.string(m.agent as never); }
    if (m.serviceIds !== undefined && m.serviceIds.length > 0) { w.uint32(66); const k = w.fork(); for (const x of m.serviceIds) w.uint32(x as never); w.join(k); }
    if (m.resumeToken !== undefined && m.resumeToken.length > 0) { w.uint32(74); w.string(m.resumeToken as never); }
  },
  read(r: ByteReader, into?: HelloResponse): HelloResponse {
    const m: HelloResponse = into ?? { sessionId: '', clientId: '', limits: undefined, heartbeatMs: 0, schemaHash: '', ackLevel: 0, agent: '', serviceIds: [], resumeToken: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.sessionId = r.string() as never; break;
      case 18: m.clientId = r.string() as never; break;
      case 26: m.limits = r.message(LimitsCodec, m.limits); break;
      case 32: m.heartbeatMs = r.uint32() as never; break;
      case 42: m.schemaHash = r.string() as never; break;
      case 48: m.ackLevel = r.int32() as never; break;
      case 58: m.agent = r.string() as never; break;
      case 66: { const o = r.enter(); while (r.pos < r.end) m.serviceIds.push(r.uint32() as never); r.leave(o); break; }
      case 74: m.resumeToken = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: HelloResponse): void {
    if (m.limits !== undefined) LimitsCodec.check?.(m.limits);
  },
};

export interface LimitsInit {
  readonly maxPayloadBytes?: Limits['maxPayloadBytes'] | undefined;
  readonly maxValueBytes?: Limits['maxValueBytes'] | undefined;
  readonly maxKeyBytes?: Limits['maxKeyBytes'] | undefined;
  readonly maxCalls?: Limits['maxCalls'] | undefined;
}
export const LimitsCodec: MessageCodec<Limits, LimitsInit> = {
  typeName: 'polywire.session.v1.Limits',
  borrows: false,
  write(m: LimitsInit, w: ByteWriter): void {
    if (m.maxPayloadBytes) { w.uint32(8); w.uint32(m.maxPayloadBytes as never); }
    if (m.maxValueBytes) { w.uint32(16); w.uint32(m.maxValueBytes as never); }
    if (m.maxKeyBytes) { w.uint32(24); w.uint32(m.maxKeyBytes as never); }
    if (m.maxCalls) { w.uint32(32); w.uint32(m.maxCalls as never); }
  },
  read(r: ByteReader, into?: Limits): Limits {
    const m: Limits = into ?? { maxPayloadBytes: 0, maxValueBytes: 0, maxKeyBytes: 0, maxCalls: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.maxPayloadBytes = r.uint32() as never; break;
      case 16: m.maxValueBytes = r.uint32() as never; break;
      case 24: m.maxKeyBytes = r.uint32() as never; break;
      case 32: m.maxCalls = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface PingRequestInit {
  readonly nonce?: PingRequest['nonce'] | undefined;
}
export const PingRequestCodec: MessageCodec<PingRequest, PingRequestInit> = {
  typeName: 'polywire.session.v1.PingRequest',
  borrows: false,
  write(m: PingRequestInit, w: ByteWriter): void {
    if (m.nonce) { w.uint32(8); w.uint64(m.nonce as never); }
  },
  read(r: ByteReader, into?: PingRequest): PingRequest {
    const m: PingRequest = into ?? { nonce: 0n };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.nonce = r.uint64() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface PingResponseInit {
  readonly nonce?: PingResponse['nonce'] | undefined;
}
export const PingResponseCodec: MessageCodec<PingResponse, PingResponseInit> = {
  typeName: 'polywire.session.v1.PingResponse',
  borrows: false,
  write(m: PingResponseInit, w: ByteWriter): void {
    if (m.nonce) { w.uint32(8); w.uint64(m.nonce as never); }
  },
  read(r: ByteReader, into?: PingResponse): PingResponse {
    const m: PingResponse = into ?? { nonce: 0n };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.nonce = r.uint64() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface GoAwayRequestInit {
  readonly reason?: GoAwayRequest['reason'] | undefined;
  readonly retryAfterMs?: GoAwayRequest['retryAfterMs'] | undefined;
}
export const GoAwayRequestCodec: MessageCodec<GoAwayRequest, GoAwayRequestInit> = {
  typeName: 'polywire.session.v1.GoAwayRequest',
  borrows: false,
  write(m: GoAwayRequestInit, w: ByteWriter): void {
    if (m.reason !== undefined && m.reason.length > 0) { w.uint32(10); w.string(m.reason as never); }
    if (m.retryAfterMs) { w.uint32(16); w.uint32(m.retryAfterMs as never); }
  },
  read(r: ByteReader, into?: GoAwayRequest): GoAwayRequest {
    const m: GoAwayRequest = into ?? { reason: '', retryAfterMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.reason = r.string() as never; break;
      case 16: m.retryAfterMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface GoAwayResponseInit {
}
export const GoAwayResponseCodec: MessageCodec<GoAwayResponse, GoAwayResponseInit> = {
  typeName: 'polywire.session.v1.GoAwayResponse',
  borrows: false,
  write(m: GoAwayResponseInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: GoAwayResponse): GoAwayResponse {
    const m: GoAwayResponse = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};
