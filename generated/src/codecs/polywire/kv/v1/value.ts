import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../../wire/index.js';
import { type Entry } from '../../../../messages/polywire/kv/v1/value.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface EntryInit {
  readonly key?: Entry['key'] | undefined;
  readonly value?: Entry['value'] | undefined;
  readonly kind?: Entry['kind'] | undefined;
  readonly revision?: Entry['revision'] | undefined;
  readonly expiresAtMs?: Entry['expiresAtMs'] | undefined;
}
export const EntryCodec: MessageCodec<Entry, EntryInit> = {
  typeName: 'polywire.kv.v1.Entry',
  borrows: true,
  write(m: EntryInit, w: ByteWriter): void {
    if (m.key !== undefined && m.key.length > 0) { w.uint32(10); w.string(m.key as never); }
    if (m.value !== undefined && m.value.length > 0) { w.uint32(18); w.bytes(m.value as never); }
    if (m.kind) { w.uint32(24); w.int32(m.kind as never); }
    if (m.revision) { w.uint32(32); w.int64Number(m.revision as never); }
    if (m.expiresAtMs) { w.uint32(40); w.int64Number(m.expiresAtMs as never); }
  },
  read(r: ByteReader, into?: Entry): Entry {
    const m: Entry = into ?? { key: '', value: new Uint8Array(0), kind: 0, revision: 0, expiresAtMs: 0 };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.key = r.string() as never; break;
      case 18: m.value = r.bytes() as never; break;
      case 24: m.kind = r.int32() as never; break;
      case 32: m.revision = r.uint64Number() as never; break;
      case 40: m.expiresAtMs = r.uint64Number() as never; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Entry): void {
    if (m.key.length * 3 > 1024 && utf8Length(m.key) > 1024) throw new WireError('key-too-long', 'key is too long; the limit is 1024 (polywire.kv.v1.Entry.key)', 'polywire.kv.v1.Entry.key', { field: 'polywire.kv.v1.Entry.key', limit: '1024' });
  },
};
