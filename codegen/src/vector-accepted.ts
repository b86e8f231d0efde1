import {
  type DescField,
  type DescMessage,
  type DescOneof,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import type { VectorList } from './vector.js';
import type { VectorOracle } from './vector-oracle.js';
import { fieldSamples, messageSamples, typicalMessage } from './vector-samples.js';
import { type Bytes, delimited, tag, unknownFields, varint, wireTypeOf } from './wire-parts.js';

/** What no encoder writes and every decoder must take. */
export function addAccepted(list: VectorList, oracle: VectorOracle): void {
  const add = (name: string, ...parts: readonly Bytes[]): void => {
    const bytes = parts.flat();
    list.accepted(name, bytes, oracle.decode(bytes));
  };
  const full = typicalMessage(oracle.desc) as JsonObject;
  const fields = Object.entries(full).map(([name, value]) => oracle.encodeField(name, value));
  add('unknown-fields', oracle.encode(full), unknownFields(oracle.desc));
  add('unknown-fields-first', unknownFields(oracle.desc), oracle.encode(full));
  add('reverse-order', ...fields.reverse());
  for (const field of oracle.desc.fields) {
    for (const [label, bytes] of variants(field, oracle)) add(`${field.name}/${label}`, bytes);
  }
  for (const oneof of oracle.desc.oneofs) {
    for (const [label, bytes] of oneofVariants(oneof, oracle)) add(`${oneof.name}/${label}`, bytes);
  }
}

type Variant = readonly [label: string, bytes: Bytes];

function variants(field: DescField, oracle: VectorOracle): Variant[] {
  const encode = (value: JsonValue): Bytes => oracle.encodeField(field.jsonName, value);
  switch (field.fieldKind) {
    case 'list':
      return listVariants(field, encode);
    case 'map':
      return mapVariants(field, encode);
    case 'message':
      return messageVariants(field.message, encode);
    default:
      return scalarVariants(field, encode);
  }
}

function scalarVariants(field: DescField, encode: (value: JsonValue) => Bytes): Variant[] {
  const [typical, ...others] = fieldSamples(field)
    .map(([, value]) => encode(value))
    .filter((bytes) => bytes.length > 0);
  const found: Variant[] = [];
  if (typical && others.length > 0) found.push(['last-wins', [...others.flat(), ...typical]]);
  const start = tag(field.number, wireTypeOf(field));
  switch (wireTypeOf(field)) {
    case WireType.Varint:
      found.push(
        ['explicit-default', [...start, 0]],
        ['not-shortest', [...start, 0x81, 0x80, 0x00]],
        ...wideVariants(field, start),
      );
      break;
    case WireType.LengthDelimited:
      found.push(['explicit-default', [...start, 0]], ['not-shortest-length', [...start, 0x81, 0x00, 0x61]]);
      break;
    default:
      found.push(['explicit-default', [...start, ...new Array(wireTypeOf(field) === WireType.Bit64 ? 8 : 4).fill(0)]]);
  }
  return found;
}

/** A varint field takes ten bytes; what does not fit into a type of 32 bits is cut off. */
function wideVariants(field: DescField, start: Bytes): Variant[] {
  switch (field.enum ? ScalarType.INT32 : field.scalar) {
    case ScalarType.BOOL:
      return [
        ['two', [...start, 2]],
        ['high-bits', [...start, ...varint(2n ** 40n)]],
      ];
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
      return [
        ['cut-to-32-bits', [...start, ...varint(2n ** 32n + 1n)]],
        ['five-bytes', [...start, ...varint(2n ** 32n - 1n)]],
      ];
    default:
      return [];
  }
}

function messageVariants(desc: DescMessage, encode: (value: JsonValue) => Bytes): Variant[] {
  if (messageSamples(desc) !== undefined) return [];
  const parts = Object.entries(typicalMessage(desc, 0) as JsonObject).map(([name, value]) => encode({ [name]: value }));
  return parts.length < 2 ? [] : [['merged', parts.flat()]];
}

function listVariants(field: DescField & { fieldKind: 'list' }, encode: (value: JsonValue) => Bytes): Variant[] {
  const wireType = wireTypeOf(field);
  const elements = (fieldSamples(field)[1]?.[1] ?? []) as JsonValue[];
  const all = encode(elements);
  const oneByOne = elements.flatMap((element) => encode([element]));
  if (wireType === WireType.LengthDelimited) return [['interrupted', [...all, ...unknownFields(field.parent), ...all]]];
  // Content of the packed form: what stays of the unpacked one without its tags, and the other way round.
  const start = tag(field.number, wireType);
  const content = elements.map((element) => {
    const single = encode([element]);
    return field.packed ? single.slice(afterVarint(single, start.length)) : single.slice(start.length);
  });
  const unpacked = content.flatMap((bytes) => [...start, ...bytes]);
  const packed = delimited(field.number, content.flat());
  return [
    ['one-by-one', oneByOne],
    ['packed', packed],
    ['unpacked', unpacked],
    ['packed-then-unpacked', [...packed, ...unpacked]],
    ['empty-packed', delimited(field.number, [])],
  ];
}

function mapVariants(field: DescField & { fieldKind: 'map' }, encode: (value: JsonValue) => Bytes): Variant[] {
  const entries = fieldSamples(field).map(([, value]) => encode(value));
  const typical = entries[0] as Bytes;
  const start = tag(field.number, WireType.LengthDelimited).length;
  const content = typical.slice(afterVarint(typical, start));
  const keyLength = splitKey(content);
  const [key, value] = [content.slice(0, keyLength), content.slice(keyLength)];
  const entry = (...parts: readonly Bytes[]): Bytes => delimited(field.number, parts.flat());
  // A google.protobuf.Value without a value has no proto-JSON.
  const mayMiss = field.message?.typeName !== 'google.protobuf.Value';
  const withoutValue: Variant[] = [
    ['no-value', entry(key)],
    ['empty-entry', entry()],
  ];
  return [
    ['several-entries', entries.flat()],
    ['duplicate-key', [...(entries[1] as Bytes), ...typical]],
    ['value-before-key', entry(value, key)],
    ['no-key', entry(value)],
    ['unknown-field-in-entry', entry(key, delimited(3, [0xff]), value)],
    ...(mayMiss ? withoutValue : []),
  ];
}

/** Bytes of the key field at the start of a map entry. */
function splitKey(content: Bytes): number {
  switch ((content[0] as number) & 7) {
    case WireType.LengthDelimited:
      return 2 + (content[1] as number);
    case WireType.Bit64:
      return 9;
    case WireType.Bit32:
      return 5;
    default:
      return afterVarint(content, 1);
  }
}

function afterVarint(bytes: Bytes, at: number): number {
  return at + bytes.slice(at).findIndex((byte) => byte < 128) + 1;
}

function oneofVariants(oneof: DescOneof, oracle: VectorOracle): Variant[] {
  const members = oneof.fields.map(
    (field) => [field, oracle.encodeField(field.jsonName, fieldSamples(field)[0]?.[1] ?? null)] as const,
  );
  return members.flatMap(([field, bytes], index) => {
    const [next, nextBytes] = members[(index + 1) % members.length] as (typeof members)[number];
    return next === field ? [] : [[`${field.name}-then-${next.name}`, [...bytes, ...nextBytes]] as const];
  });
}
