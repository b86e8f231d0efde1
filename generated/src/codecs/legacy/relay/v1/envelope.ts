import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type RelayEnvelope } from '../../../../messages/legacy/relay/v1/envelope.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface RelayEnvelopeInit {
  readonly channel?: RelayEnvelope['channel'] | undefined;
  readonly payload?: RelayEnvelope['payload'] | undefined;
  readonly timestamp?: RelayEnvelope['timestamp'] | undefined;
}
export const RelayEnvelopeCodec: MessageCodec<RelayEnvelope, RelayEnvelopeInit> = {
  typeName: 'legacy.relay.v1.RelayEnvelope',
  borrows: false,
  write(m: RelayEnvelopeInit, w: ByteWriter): void {
    if (m.channel !== undefined && m.channel.length > 0) { w.uint32(10); w.string(m.channel as never); }
    if (m.payload !== undefined && m.payload.length > 0) { w.uint32(18); w.string(m.payload as never); }
    if (m.timestamp !== undefined && m.timestamp.length > 0) { w.uint32(26); w.string(m.timestamp as never); }
  },
  read(r: ByteReader, into?: RelayEnvelope): RelayEnvelope {
    const m: RelayEnvelope = into ?? { channel: '', payload: '', timestamp: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.channel = r.string() as never; break;
      case 18: m.payload = r.string() as never; break;
      case 26: m.timestamp = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
