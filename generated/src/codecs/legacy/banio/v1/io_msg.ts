import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type IoMsg } from '../../../../messages/legacy/banio/v1/io_msg.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface IoMsgInit {
  readonly action?: IoMsg['action'] | undefined;
  readonly data?: IoMsg['data'] | undefined;
  readonly noEncrypt?: IoMsg['noEncrypt'] | undefined;
}
export const IoMsgCodec: MessageCodec<IoMsg, IoMsgInit> = {
  typeName: 'legacy.banio.v1.IoMsg',
  borrows: true,
  write(m: IoMsgInit, w: ByteWriter): void {
    if (m.action !== undefined && m.action.length > 0) { w.uint32(10); w.string(m.action as never); }
    if (m.data !== undefined && m.data.length > 0) { w.uint32(18); w.bytes(m.data as never); }
    if (m.noEncrypt) { w.uint32(24); w.bool(m.noEncrypt as never); }
  },
  read(r: ByteReader, into?: IoMsg): IoMsg {
    const m: IoMsg = into ?? { action: '', data: new Uint8Array(0), noEncrypt: false };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.action = r.string() as never; break;
      case 18: m.data = r.bytes() as never; break;
      case 24: m.noEncrypt = r.bool() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
