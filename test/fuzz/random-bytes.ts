import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { isNumberField, scalarOf, wireTypeOf } from './field-kinds.js';
import type { Random } from './random.js';
import { safeSample, scalarSample } from './scalar-samples.js';

/** Nested deeper than any reader goes. */
const TOO_DEEP = 68;

/**
 * An encoding of some message of a type: fields in any order and as often as chance has it, lists
 * packed and unpacked, unknown fields, now and then a wrong wire type, a varint that is longer than
 * it need be, or a message that is nested too deep.
 */
export function randomBytes(random: Random, desc: DescMessage): number[] {
  const cycle = random.oneIn(40) ? cyclicField(random, desc) : undefined;
  if (cycle !== undefined) return nestedBytes(random, desc, TOO_DEEP - random.below(8));
  return messageBytes(random, desc, 3);
}

function messageBytes(random: Random, desc: DescMessage, depth: number): number[] {
  const bytes: number[] = [];
  for (let count = random.below(5); count > 0; count--) {
    const field = random.oneIn(12) || desc.fields.length === 0 ? undefined : random.pick(desc.fields);
    bytes.push(...(field === undefined ? unknownBytes(random, 3) : fieldBytes(random, field, depth)));
  }
  return bytes;
}

function fieldBytes(random: Random, field: DescField, depth: number): number[] {
  if (random.oneIn(100)) return [...tag(random, field.number, random.below(6)), ...someBytes(random)];
  if (random.oneIn(20)) return otherWireType(random, field.number);
  if (field.fieldKind === 'map') return part(random, field.number, entryBytes(random, field, depth));
  const scalar = scalarOf(field);
  if (field.fieldKind === 'list' && scalar !== undefined && wireTypeOf(scalar) !== 2 && random.oneIn(2)) {
    const items = Array.from({ length: random.below(4) }, () => scalarBytes(random, scalar, isNumberField(field)));
    return part(random, field.number, items.flat());
  }
  return valueBytes(random, field, field.number, depth);
}

function entryBytes(random: Random, field: DescField & { fieldKind: 'map' }, depth: number): number[] {
  const parts: number[][] = [];
  const key = (): number[] => [
    ...tag(random, 1, wireTypeOf(field.mapKey)),
    ...scalarBytes(random, field.mapKey, false),
  ];
  if (!random.oneIn(6)) parts.push(key());
  if (!random.oneIn(6)) parts.push(valueBytes(random, field, 2, depth));
  if (random.oneIn(10)) parts.push(valueBytes(random, field, 2, depth));
  if (random.oneIn(10)) parts.push(unknownBytes(random, 2));
  if (random.oneIn(10)) parts.reverse();
  return parts.flat();
}

function valueBytes(random: Random, field: DescField, number: number, depth: number): number[] {
  const scalar = scalarOf(field);
  if (scalar !== undefined) {
    return [...tag(random, number, wireTypeOf(scalar)), ...scalarBytes(random, scalar, isNumberField(field))];
  }
  const content = depth === 0 ? [] : messageBytes(random, field.message as DescMessage, depth - 1);
  return part(random, number, content);
}

function scalarBytes(random: Random, scalar: ScalarType, isNumber: boolean): number[] {
  if (wireTypeOf(scalar) === 0 && random.oneIn(isNumber ? 60 : 12)) return longVarint(random);
  if (scalar === ScalarType.STRING && random.oneIn(80)) return [2, random.pick([0xc0, 0xed, 0xff, 0xe2]), 0x80];
  const value = isNumber && !random.oneIn(60) ? BigInt(safeSample(random, scalar)) : scalarSample(random, scalar);
  const writer = new BinaryWriter();
  writeScalar(writer, scalar, value);
  return [...writer.finish()];
}

function writeScalar(writer: BinaryWriter, scalar: ScalarType, value: unknown): void {
  const name = ScalarType[scalar].toLowerCase() as 'uint64';
  writer[name](value as bigint);
}

/** A field that messages of the schema do not have, groups among them. */
function unknownBytes(random: Random, depth: number): number[] {
  return otherWireType(random, random.pick([13, 19_999, 536_870_911]), depth);
}

/** Any value behind a field number, whatever the schema says of it. */
function otherWireType(random: Random, number: number, depth = 2): number[] {
  const wireType = random.pick([0, 1, 2, 3, 5]);
  const start = tag(random, number, wireType);
  if (wireType === 0) return [...start, ...longVarint(random)];
  if (wireType === 1) return [...start, 1, 2, 3, 4, 5, 6, 7, 8];
  if (wireType === 5) return [...start, 1, 2, 3, 4];
  if (wireType === 2) return [...start, 3, 8, 1, 255];
  const inner = depth === 0 ? [] : unknownBytes(random, depth - 1);
  return [...start, ...inner, ...tag(random, random.oneIn(20) ? number - 1 : number, 4)];
}

/** Some varint of one to eleven bytes. */
function longVarint(random: Random): number[] {
  const length = random.oneIn(20) ? 11 : random.pick([1, 2, 4, 5, 5, 6, 9, 10, 10, 10]);
  const bytes = Array.from({ length }, () => random.pick([0x80, 0x81, 0xff, 0xf8, 0x8f]));
  bytes[length - 1] = random.pick([0, 1, 2, 0x0f, 0x10, 0x7f]);
  return bytes;
}

function tag(random: Random, number: number, wireType: number): number[] {
  return varint(number * 8 + wireType, random.oneIn(150) ? 1 + random.below(6) : 0);
}

function part(random: Random, number: number, content: readonly number[]): number[] {
  const length = random.oneIn(150) ? Math.max(0, content.length + random.below(5) - 2) : content.length;
  return [...tag(random, number, 2), ...varint(length, random.oneIn(80) ? 1 + random.below(9) : 0), ...content];
}

/** `padding`: bytes of zeros more than are needed. */
function varint(value: number, padding: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  for (let count = padding; count > 0; count--) {
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) | 128;
    bytes.push(0);
  }
  return bytes;
}

function someBytes(random: Random): number[] {
  return Array.from({ length: random.below(10) }, () => random.pick([0, 1, 2, 8, 10, 127, 128, 255]));
}

const cycles = new WeakMap<DescMessage, readonly DescField[]>();

/** A field whose message can hold a message of the type again, at once or further inside. */
function cyclicField(random: Random, desc: DescMessage): DescField | undefined {
  let fields = cycles.get(desc);
  if (fields === undefined) {
    fields = desc.fields.filter((field) => field.message !== undefined && reaches(field.message, desc, new Set()));
    cycles.set(desc, fields);
  }
  return fields.length === 0 ? undefined : random.pick(fields);
}

function reaches(from: DescMessage, to: DescMessage, seen: Set<DescMessage>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return from.fields.some((field) => field.message !== undefined && reaches(field.message, to, seen));
}

function nestedBytes(random: Random, desc: DescMessage, depth: number): number[] {
  const field = depth === 0 ? undefined : cyclicField(random, desc);
  if (field?.message === undefined) return random.oneIn(2) ? unknownBytes(random, 1) : [];
  const inner = nestedBytes(random, field.message, depth - 1);
  if (field.fieldKind !== 'map') return [...varint(field.number * 8 + 2, 0), ...varint(inner.length, 0), ...inner];
  const entry = [...varint(2 * 8 + 2, 0), ...varint(inner.length, 0), ...inner];
  return [...varint(field.number * 8 + 2, 0), ...varint(entry.length, 0), ...entry];
}

/** The same bytes with a few changes that know nothing of the format. */
export function mutate(random: Random, bytes: readonly number[]): number[] {
  const changed = [...bytes];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(changed.length + 1);
    switch (random.below(6)) {
      case 0:
        changed[Math.min(at, Math.max(0, changed.length - 1))] = random.below(256);
        break;
      case 1:
        if (at < changed.length) changed[at] = (changed[at] as number) ^ (1 << random.below(8));
        break;
      case 2:
        changed.length = at;
        break;
      case 3:
        changed.splice(at, 0, random.pick([0, 1, 4, 127, 128, 255]));
        break;
      case 4:
        changed.splice(at, 1 + random.below(3));
        break;
      default:
        changed.splice(at, 0, ...changed.slice(random.below(changed.length + 1), at + 8));
    }
  }
  return changed;
}
