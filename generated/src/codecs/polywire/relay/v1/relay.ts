import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type TailRequest, type TailResponse } from '../../../../messages/polywire/relay/v1/relay.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface TailRequestInit {
  readonly channels?: TailRequest['channels'] | undefined;
}
export const TailRequestCodec: MessageCodec<TailRequest, TailRequestInit> = {
  typeName: 'polywire.relay.v1.TailRequest',
  borrows: false,
  write(m: TailRequestInit, w: ByteWriter): void {
    if (m.channels !== undefined) for (const x of m.channels) { w.uint32(10); w.string(x as never); }
  },
  read(r: ByteReader, into?: TailRequest): TailRequest {
    const m: TailRequest = into ?? { channels: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.channels.push(r.string() as never); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: TailRequest): void {
    if (m.channels.length < 1) throw new WireError('invalid-field', 'channels needs at least 1 items (polywire.relay.v1.TailRequest.channels)', 'polywire.relay.v1.TailRequest.channels');
    if (m.channels.length > 64) throw new WireError('invalid-field', 'channels has too many items; the limit is 64 (polywire.relay.v1.TailRequest.channels)', 'polywire.relay.v1.TailRequest.channels');
  },
};

export interface TailResponseInit {
  readonly channel?: TailResponse['channel'] | undefined;
  readonly payload?: TailResponse['payload'] | undefined;
  readonly forwardedAtMs?: TailResponse['forwardedAtMs'] | undefined;
}
export const TailResponseCodec: MessageCodec<TailResponse, TailResponseInit> = {
  typeName: 'polywire.relay.v1.TailResponse',
  borrows: true,
  write(m: TailResponseInit, w: ByteWriter): void {
    if (m.channel !== undefined && m.channel.length > 0) { w.uint32(10); w.string(m.channel as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.bytes(m.payload as never); }
    if (m.forwardedAtMs) { w.uint32(24); w.int64Number(m.forwardedAtMs as never); }
  },
  read(r: ByteReader, into?: TailResponse): TailResponse {
    const m: TailResponse = into ?? { channel: '', payload: new Uint8Array(0), forwardedAtMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.channel = r.string() as never; break;
      case 18: m.payload = r.bytes() as never; break;
      case 24: m.forwardedAtMs = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
