import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Bytes of a message part, made by hand where no encoder would write them. */
export type Bytes = readonly number[];

/** Any number of bits; more than 64 make a varint that no reader may take. */
export function varint(value: bigint | number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 128);
  } while (rest !== 0n);
  return bytes;
}

export function tag(fieldNumber: number, wireType: number): Bytes {
  return varint((BigInt(fieldNumber) << 3n) | BigInt(wireType));
}

/** A length-delimited field. `length` may lie. */
export function delimited(fieldNumber: number, content: Bytes, length = content.length): Bytes {
  return [...tag(fieldNumber, WireType.LengthDelimited), ...varint(length), ...content];
}

/** The wire type of one value of a field, as an unpacked field has it. */
export function wireTypeOf(field: DescField): WireType {
  if (field.message || field.fieldKind === 'map') return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/** A low field number that the message does not use. */
export function freeNumber(desc: DescMessage): number {
  const used = new Set(desc.fields.map((field) => field.number));
  let number = 15;
  while (used.has(number)) number++;
  return number;
}

/** The highest field number there is. */
const MAX_NUMBER = 536_870_911;

/** A field of every wire type, with high numbers that the message does not use. */
export function unknownFields(desc: DescMessage): Bytes {
  const used = new Set(desc.fields.map((field) => field.number));
  const [first, second] = Array.from({ length: used.size + 2 }, (_, index) => MAX_NUMBER - index).filter(
    (number) => !used.has(number),
  ) as [number, number];
  const group = [...tag(first, WireType.StartGroup), ...tag(1, 0), 5, ...tag(first, WireType.EndGroup)];
  const writer = new BinaryWriter();
  writer.tag(first, WireType.Varint).uint64(2n ** 64n - 1n);
  writer.tag(second, WireType.Bit64).fixed64(1n);
  writer.tag(first, WireType.LengthDelimited).string('unknown');
  writer.tag(second, WireType.Bit32).fixed32(1);
  return [...writer.finish(), ...group];
}
