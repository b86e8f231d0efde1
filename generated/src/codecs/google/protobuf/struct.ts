import { type MessageCodec, ByteReader, ByteWriter, WireError } from '../../../wire/index.js';
import { type Struct, type Value, type ListValue } from '../../../messages/google/protobuf/struct.js';
void ByteReader; void ByteWriter; void WireError; const utf8Length = (s: string): number => new TextEncoder().encode(s).length; void utf8Length;
export interface StructInit {
  readonly fields?: Map<string, ValueInit> | undefined;
}
export const StructCodec: MessageCodec<Struct, StructInit> = {
  typeName: 'google.protobuf.Struct',
  borrows: false,
  write(m: StructInit, w: ByteWriter): void {
    if (m.fields !== undefined) for (const [key, value] of m.fields) { w.uint32(10); const k = w.fork(); w.uint32(10); w.string(key); w.uint32(18); const k2 = w.fork(); ValueCodec.write(value as never, w); w.join(k2); w.join(k); }
  },
  read(r: ByteReader, into?: Struct): Struct {
    const m: Struct = into ?? { fields: new Map() };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: { const o = r.enter(); let key = ''; let value: any = ValueCodec.read(new ByteReader(new Uint8Array(0))); while (r.pos < r.end) { const t = r.tag(); if (t === 10) key = r.string(); else if (t === 18) value = r.message(ValueCodec); else r.skip(t); } r.leave(o); m.fields.set(key, value); break; }
      default: r.skip(t); } }
    return m;
  },
};

export interface ValueInit {
  readonly kind?: { readonly $case: 'nullValue'; readonly value: any } | { readonly $case: 'numberValue'; readonly value: number } | { readonly $case: 'stringValue'; readonly value: string } | { readonly $case: 'boolValue'; readonly value: boolean } | { readonly $case: 'structValue'; readonly value: StructInit } | { readonly $case: 'listValue'; readonly value: ListValueInit } | undefined;
}
export const ValueCodec: MessageCodec<Value, ValueInit> = {
  typeName: 'google.protobuf.Value',
  borrows: false,
  write(m: ValueInit, w: ByteWriter): void {
    if (m.kind !== undefined) switch (m.kind.$case) {
    case 'nullValue': w.uint32(8); w.int32(m.kind.value as never); break;
    case 'numberValue': w.uint32(17); w.double(m.kind.value as never); break;
    case 'stringValue': w.uint32(26); w.string(m.kind.value as never); break;
    case 'boolValue': w.uint32(32); w.bool(m.kind.value as never); break;
    case 'structValue': { w.uint32(42); const k = w.fork(); StructCodec.write(m.kind.value, w); w.join(k); break; }
    case 'listValue': { w.uint32(50); const k = w.fork(); ListValueCodec.write(m.kind.value, w); w.join(k); break; }
    }
  },
  read(r: ByteReader, into?: Value): Value {
    const m: Value = into ?? { kind: undefined };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 8: m.kind = { $case: 'nullValue', value: r.int32() } as any; break;
      case 17: m.kind = { $case: 'numberValue', value: r.double() } as any; break;
      case 26: m.kind = { $case: 'stringValue', value: r.string() } as any; break;
      case 32: m.kind = { $case: 'boolValue', value: r.bool() } as any; break;
      case 42: m.kind = { $case: 'structValue', value: r.message(StructCodec, m.kind?.$case === 'structValue' ? m.kind.value : undefined) } as any; break;
      case 50: m.kind = { $case: 'listValue', value: r.message(ListValueCodec, m.kind?.$case === 'listValue' ? m.kind.value : undefined) } as any; break;
      default: r.skip(t); } }
    return m;
  },
  check(m: Value): void {
    if (m.kind?.$case === 'structValue') StructCodec.check?.(m.kind.value);
    if (m.kind?.$case === 'listValue') ListValueCodec.check?.(m.kind.value);
  },
};

export interface ListValueInit {
  readonly values?: readonly ValueInit[] | undefined;
}
export const ListValueCodec: MessageCodec<ListValue, ListValueInit> = {
  typeName: 'google.protobuf.ListValue',
  borrows: false,
  write(m: ListValueInit, w: ByteWriter): void {
    if (m.values !== undefined) for (const x of m.values) { w.uint32(10); const k = w.fork(); ValueCodec.write(x, w); w.join(k); }
  },
  read(r: ByteReader, into?: ListValue): ListValue {
    const m: ListValue = into ?? { values: [] };
    while (r.pos < r.end) { const t = r.tag(); switch (t) {
      case 10: m.values.push(r.message(ValueCodec)); break;
      default: r.skip(t); } }
    return m;
  },
  check(m: ListValue): void {
    for (const x of m.values) ValueCodec.check?.(x);
  },
};
