import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type Plan, type UnaryRequest, type UnaryResponse, type ServerStreamRequest, type ServerStreamResponse, type ClientStreamRequest, type ClientStreamResponse, type BidiStreamRequest, type BidiStreamResponse, type UnimplementedRequest, type UnimplementedResponse } from '../../../../messages/polywire/conformance/v1/service.js';
import { type ErrorInit, ErrorCodec } from '../../../../codecs/polywire/errors/v1/errors.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface PlanInit {
  readonly delayMs?: Plan['delayMs'] | undefined;
  readonly error?: ErrorInit | undefined;
  readonly count?: Plan['count'] | undefined;
}
export const PlanCodec: MessageCodec<Plan, PlanInit> = {
  typeName: 'polywire.conformance.v1.Plan',
  borrows: false,
  write(m: PlanInit, w: ByteWriter): void {
    if (m.delayMs) { w.uint32(8); w.uint32(m.delayMs as never); }
    if (m.error !== undefined) { w.uint32(18); const k = w.fork(); ErrorCodec.write(m.error, w); w.join(k); }
    if (m.count) { w.uint32(24); w.uint32(m.count as never); }
  },
  read(r: ByteReader, into?: Plan): Plan {
    const m: Plan = into ?? { delayMs: 0, error: undefined, count: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.delayMs = r.uint32() as never; break;
      case 18: m.error = r.message(ErrorCodec, m.error); break;
      case 24: m.count = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Plan): void {
    if ((m.delayMs < 0 || m.delayMs > 5000)) throw new WireError('invalid-field', 'delay_ms is out of range (polywire.conformance.v1.Plan.delay_ms)', 'polywire.conformance.v1.Plan.delay_ms');
    if (m.error !== undefined) ErrorCodec.check?.(m.error);
    if ((m.count < 0 || m.count > 1000)) throw new WireError('invalid-field', 'count is out of range (polywire.conformance.v1.Plan.count)', 'polywire.conformance.v1.Plan.count');
  },
};

export interface UnaryRequestInit {
  readonly payload?: UnaryRequest['payload'] | undefined;
  readonly plan?: PlanInit | undefined;
}
export const UnaryRequestCodec: MessageCodec<UnaryRequest, UnaryRequestInit> = {
  typeName: 'polywire.conformance.v1.UnaryRequest',
  borrows: true,
  write(m: UnaryRequestInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.plan !== undefined) { w.uint32(18); const k = w.fork(); PlanCodec.write(m.plan, w); w.join(k); }
  },
  read(r: ByteReader, into?: UnaryRequest): UnaryRequest {
    const m: UnaryRequest = into ?? { payload: new Uint8Array(0), plan: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 18: m.plan = r.message(PlanCodec, m.plan); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: UnaryRequest): void {
    if (m.plan !== undefined) PlanCodec.check?.(m.plan);
  },
};

export interface UnaryResponseInit {
  readonly payload?: UnaryResponse['payload'] | undefined;
  readonly metadata?: Map<string, string> | undefined;
  readonly timeoutMs?: UnaryResponse['timeoutMs'] | undefined;
}
export const UnaryResponseCodec: MessageCodec<UnaryResponse, UnaryResponseInit> = {
  typeName: 'polywire.conformance.v1.UnaryResponse',
  borrows: true,
  write(m: UnaryResponseInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.metadata !== undefined) for (const [key, value] of m.metadata) { w.uint32(18); const k = w.fork(); w.uint32(10); w.string(key); w.uint32(18); w.string(value as string); w.join(k); }
    if (m.timeoutMs) { w.uint32(24); w.uint32(m.timeoutMs as never); }
  },
  read(r: ByteReader, into?: UnaryResponse): UnaryResponse {
    const m: UnaryResponse = into ?? { payload: new Uint8Array(0), metadata: new Map(), timeoutMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 18: { const o = r.enter(); let key = ''; let value: any = ''; while (r.pos < r.end) { const t = r.tag(); if (t === 10) key = r.string(); else if (t === 18) value = r.string(); else r.skip(t); } r.leave(o); m.metadata.set(key, value); break; }
      case 24: m.timeoutMs = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ServerStreamRequestInit {
  readonly payload?: ServerStreamRequest['payload'] | undefined;
  readonly plan?: PlanInit | undefined;
}
export const ServerStreamRequestCodec: MessageCodec<ServerStreamRequest, ServerStreamRequestInit> = {
  typeName: 'polywire.conformance.v1.ServerStreamRequest',
  borrows: true,
  write(m: ServerStreamRequestInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.plan !== undefined) { w.uint32(18); const k = w.fork(); PlanCodec.write(m.plan, w); w.join(k); }
  },
  read(r: ByteReader, into?: ServerStreamRequest): ServerStreamRequest {
    const m: ServerStreamRequest = into ?? { payload: new Uint8Array(0), plan: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 18: m.plan = r.message(PlanCodec, m.plan); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ServerStreamRequest): void {
    if (m.plan !== undefined) PlanCodec.check?.(m.plan);
  },
};

export interface ServerStreamResponseInit {
  readonly payload?: ServerStreamResponse['payload'] | undefined;
  readonly index?: ServerStreamResponse['index'] | undefined;
}
export const ServerStreamResponseCodec: MessageCodec<ServerStreamResponse, ServerStreamResponseInit> = {
  typeName: 'polywire.conformance.v1.ServerStreamResponse',
  borrows: true,
  write(m: ServerStreamResponseInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.index) { w.uint32(16); w.uint32(m.index as never); }
  },
  read(r: ByteReader, into?: ServerStreamResponse): ServerStreamResponse {
    const m: ServerStreamResponse = into ?? { payload: new Uint8Array(0), index: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 16: m.index = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ClientStreamRequestInit {
  readonly payload?: ClientStreamRequest['payload'] | undefined;
}
export const ClientStreamRequestCodec: MessageCodec<ClientStreamRequest, ClientStreamRequestInit> = {
  typeName: 'polywire.conformance.v1.ClientStreamRequest',
  borrows: true,
  write(m: ClientStreamRequestInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
  },
  read(r: ByteReader, into?: ClientStreamRequest): ClientStreamRequest {
    const m: ClientStreamRequest = into ?? { payload: new Uint8Array(0) };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ClientStreamResponseInit {
  readonly payload?: ClientStreamResponse['payload'] | undefined;
  readonly count?: ClientStreamResponse['count'] | undefined;
}
export const ClientStreamResponseCodec: MessageCodec<ClientStreamResponse, ClientStreamResponseInit> = {
  typeName: 'polywire.conformance.v1.ClientStreamResponse',
  borrows: true,
  write(m: ClientStreamResponseInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.count) { w.uint32(16); w.uint32(m.count as never); }
  },
  read(r: ByteReader, into?: ClientStreamResponse): ClientStreamResponse {
    const m: ClientStreamResponse = into ?? { payload: new Uint8Array(0), count: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 16: m.count = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface BidiStreamRequestInit {
  readonly payload?: BidiStreamRequest['payload'] | undefined;
  readonly plan?: PlanInit | undefined;
}
export const BidiStreamRequestCodec: MessageCodec<BidiStreamRequest, BidiStreamRequestInit> = {
  typeName: 'polywire.conformance.v1.BidiStreamRequest',
  borrows: true,
  write(m: BidiStreamRequestInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.plan !== undefined) { w.uint32(18); const k = w.fork(); PlanCodec.write(m.plan, w); w.join(k); }
  },
  read(r: ByteReader, into?: BidiStreamRequest): BidiStreamRequest {
    const m: BidiStreamRequest = into ?? { payload: new Uint8Array(0), plan: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 18: m.plan = r.message(PlanCodec, m.plan); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: BidiStreamRequest): void {
    if (m.plan !== undefined) PlanCodec.check?.(m.plan);
  },
};

export interface BidiStreamResponseInit {
  readonly payload?: BidiStreamResponse['payload'] | undefined;
  readonly index?: BidiStreamResponse['index'] | undefined;
}
export const BidiStreamResponseCodec: MessageCodec<BidiStreamResponse, BidiStreamResponseInit> = {
  typeName: 'polywire.conformance.v1.BidiStreamResponse',
  borrows: true,
  write(m: BidiStreamResponseInit, w: ByteWriter): void {
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(10); w.bytes(m.payload as never); }
    if (m.index) { w.uint32(16); w.uint32(m.index as never); }
  },
  read(r: ByteReader, into?: BidiStreamResponse): BidiStreamResponse {
    const m: BidiStreamResponse = into ?? { payload: new Uint8Array(0), index: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.payload = r.bytes() as never; break;
      case 16: m.index = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface UnimplementedRequestInit {
}
export const UnimplementedRequestCodec: MessageCodec<UnimplementedRequest, UnimplementedRequestInit> = {
  typeName: 'polywire.conformance.v1.UnimplementedRequest',
  borrows: false,
  write(m: UnimplementedRequestInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: UnimplementedRequest): UnimplementedRequest {
    const m: UnimplementedRequest = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};

export interface UnimplementedResponseInit {
}
export const UnimplementedResponseCodec: MessageCodec<UnimplementedResponse, UnimplementedResponseInit> = {
  typeName: 'polywire.conformance.v1.UnimplementedResponse',
  borrows: false,
  write(m: UnimplementedResponseInit, w: ByteWriter): void {
    void m; void w;
  },
  read(r: ByteReader, into?: UnimplementedResponse): UnimplementedResponse {
    const m: UnimplementedResponse = into ?? {  };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      default: r.skip(t); } }
    return m;
  },
};
