import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type PacketHeader, type Route } from '../../../../messages/polywire/transport/v1/transport.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface PacketHeaderInit {
  readonly version?: PacketHeader['version'] | undefined;
  readonly compression?: PacketHeader['compression'] | undefined;
  readonly packetType?: PacketHeader['packetType'] | undefined;
  readonly serviceId?: PacketHeader['serviceId'] | undefined;
  readonly messageId?: PacketHeader['messageId'] | undefined;
  readonly extLen?: PacketHeader['extLen'] | undefined;
  readonly payloadLen?: PacketHeader['payloadLen'] | undefined;
  readonly flags?: PacketHeader['flags'] | undefined;
}
export const PacketHeaderCodec: MessageCodec<PacketHeader, PacketHeaderInit> = {
  typeName: 'polywire.transport.v1.PacketHeader',
  borrows: false,
  write(m: PacketHeaderInit, w: ByteWriter): void {
    if (m.version) { w.uint32(8); w.uint32(m.version as never); }
    if (m.compression) { w.uint32(16); w.int32(m.compression as never); }
    if (m.packetType) { w.uint32(24); w.int32(m.packetType as never); }
    if (m.serviceId) { w.uint32(32); w.uint32(m.serviceId as never); }
    if (m.messageId) { w.uint32(40); w.uint32(m.messageId as never); }
    if (m.extLen) { w.uint32(48); w.uint32(m.extLen as never); }
    if (m.payloadLen) { w.uint32(56); w.uint32(m.payloadLen as never); }
    if (m.flags) { w.uint32(64); w.uint32(m.flags as never); }
  },
  read(r: ByteReader, into?: PacketHeader): PacketHeader {
    const m: PacketHeader = into ?? { version: 0, compression: 0, packetType: 0, serviceId: 0, messageId: 0, extLen: 0, payloadLen: 0, flags: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.version = r.uint32() as never; break;
      case 16: m.compression = r.int32() as never; break;
      case 24: m.packetType = r.int32() as never; break;
      case 32: m.serviceId = r.uint32() as never; break;
      case 40: m.messageId = r.uint32() as never; break;
      case 48: m.extLen = r.uint32() as never; break;
      case 56: m.payloadLen = r.uint32() as never; break;
      case 64: m.flags = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface RouteInit {
  readonly methodId?: Route['methodId'] | undefined;
  readonly code?: Route['code'] | undefined;
  readonly timeoutMs?: Route['timeoutMs'] | undefined;
  readonly metadata?: Map<string, string> | undefined;
  readonly fanoutId?: Route['fanoutId'] | undefined;
}
export const RouteCodec: MessageCodec<Route, RouteInit> = {
  typeName: 'polywire.transport.v1.Route',
  borrows: false,
  write(m: RouteInit, w: ByteWriter): void {
    if (m.methodId) { w.uint32(8); w.uint32(m.methodId as never); }
    if (m.code) { w.uint32(16); w.uint32(m.code as never); }
    if (m.timeoutMs) { w.uint32(24); w.uint32(m.timeoutMs as never); }
    if (m.metadata !== undefined) for (const [key, value] of m.metadata) { w.uint32(34); const k = w.fork(); w.uint32(10); w.string(key); w.uint32(18); w.string(value as string); w.join(k); }
    if (m.fanoutId) { w.uint32(40); w.uint32(m.fanoutId as never); }
  },
  read(r: ByteReader, into?: Route): Route {
    const m: Route = into ?? { methodId: 0, code: 0, timeoutMs: 0, metadata: new Map(), fanoutId: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.methodId = r.uint32() as never; break;
      case 16: m.code = r.uint32() as never; break;
      case 24: m.timeoutMs = r.uint32() as never; break;
      case 34: { const o = r.enter(); let key = ''; let value: any = ''; while (r.pos < r.end) { const t = r.tag(); if (t === 10) key = r.string(); else if (t === 18) value = r.string(); else r.skip(t); } r.leave(o); m.metadata.set(key, value); break; }
      case 40: m.fanoutId = r.uint32() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
