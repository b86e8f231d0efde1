import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type StoreCommand, type StoredReply, type ReadCommand, type DataReply, type EchoReply } from '../../../../messages/legacy/text/v1/commands.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface StoreCommandInit {
  readonly key?: StoreCommand['key'] | undefined;
  readonly value?: StoreCommand['value'] | undefined;
}
export const StoreCommandCodec: MessageCodec<StoreCommand, StoreCommandInit> = {
  typeName: 'legacy.text.v1.StoreCommand',
  borrows: false,
  write(m: StoreCommandInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.string(m.value as never); }
  },
  read(r: ByteReader, into?: StoreCommand): StoreCommand {
    const m: StoreCommand = into ?? { key: '', value: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface StoredReplyInit {
  readonly key?: StoredReply['key'] | undefined;
  readonly value?: StoredReply['value'] | undefined;
}
export const StoredReplyCodec: MessageCodec<StoredReply, StoredReplyInit> = {
  typeName: 'legacy.text.v1.StoredReply',
  borrows: false,
  write(m: StoredReplyInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.string(m.value as never); }
  },
  read(r: ByteReader, into?: StoredReply): StoredReply {
    const m: StoredReply = into ?? { key: '', value: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface ReadCommandInit {
  readonly key?: ReadCommand['key'] | undefined;
}
export const ReadCommandCodec: MessageCodec<ReadCommand, ReadCommandInit> = {
  typeName: 'legacy.text.v1.ReadCommand',
  borrows: false,
  write(m: ReadCommandInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
  },
  read(r: ByteReader, into?: ReadCommand): ReadCommand {
    const m: ReadCommand = into ?? { key: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface DataReplyInit {
  readonly key?: DataReply['key'] | undefined;
  readonly value?: DataReply['value'] | undefined;
}
export const DataReplyCodec: MessageCodec<DataReply, DataReplyInit> = {
  typeName: 'legacy.text.v1.DataReply',
  borrows: false,
  write(m: DataReplyInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.string(m.value as never); }
  },
  read(r: ByteReader, into?: DataReply): DataReply {
    const m: DataReply = into ?? { key: '', value: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};

export interface EchoReplyInit {
  readonly text?: EchoReply['text'] | undefined;
}
export const EchoReplyCodec: MessageCodec<EchoReply, EchoReplyInit> = {
  typeName: 'legacy.text.v1.EchoReply',
  borrows: false,
  write(m: EchoReplyInit, w: ByteWriter): void {
    if (m.text !== undefined && m.text.length > 0) { w.uint32(10); w.string(m.text as never); }
  },
  read(r: ByteReader, into?: EchoReply): EchoReply {
    const m: EchoReply = into ?? { text: '' };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.text = r.string() as never; break;
      default: r.skip(t); } }
    return m;
  },
};
