import { type DescField, type DescMessage, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import type { Rules } from './rules.js';
import { integerLimits, is64Bit, safePart } from './scalar-limits.js';
import { VectorList } from './vector.js';
import { VectorOracle } from './vector-oracle.js';
import type { Bytes } from './wire-parts.js';

type Values = ReadonlyMap<DescField, bigint>;

/** Vectors of a fixed-width message: every field at its edges, and every cut. */
export function layoutVectors(desc: DescMessage, rules: Rules): VectorList {
  const list = new VectorList(desc.typeName, 'layout');
  const oracle = new VectorOracle(desc);
  const widthOf = (field: DescField): number => rules.field(field).width;
  const add = (name: string, values: Values): void => {
    const bytes = desc.fields.flatMap((field) => bigEndian(values.get(field) ?? 0n, widthOf(field)));
    const json = Object.fromEntries([...values].map(([field, value]) => [field.jsonName, jsonValue(field, value)]));
    list.canonical(name, bytes, oracle.decode(oracle.encode(json)));
  };
  add('empty', new Map());
  for (const field of desc.fields) {
    const { min, max } = edges(field, widthOf(field));
    add(`${field.name}/one`, new Map([[field, 1n]]));
    add(`${field.name}/min`, new Map([[field, min]]));
    add(`${field.name}/max`, new Map([[field, max]]));
  }
  add('all-max', new Map(desc.fields.map((field) => [field, edges(field, widthOf(field)).max])));
  // Every field has a value of its own, so that no two can be taken for each other.
  const own = (field: DescField, index: number): bigint =>
    field.scalar === ScalarType.BOOL ? 1n : BigInt(index + 1) % (edges(field, widthOf(field)).max + 1n);
  add('all-different', new Map(desc.fields.map((field, index) => [field, own(field, index)])));
  const size = desc.fields.reduce((sum, field) => sum + widthOf(field), 0);
  for (let length = 0; length < size; length++) list.rejected(`truncated-at-${length}`, new Array(length).fill(1));
  return list;
}

/** The smallest and largest value that both the field's type and its width can hold. */
function edges(field: DescField, width: number): { readonly min: bigint; readonly max: bigint } {
  if (field.scalar === ScalarType.BOOL) return { min: 0n, max: 1n };
  const all = field.enum ? { min: 0n, max: 2n ** 31n - 1n } : integerLimits(field.scalar ?? ScalarType.UINT32);
  if (all === undefined) throw new Error(`${field.toString()} has no integer type: a layout cannot hold it`);
  const type = field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER ? safePart(all) : all;
  const bits = BigInt(width * 8);
  const fits =
    type.min < 0n ? { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n } : { min: 0n, max: 2n ** bits - 1n };
  return { min: type.min > fits.min ? type.min : fits.min, max: type.max < fits.max ? type.max : fits.max };
}

function bigEndian(value: bigint, width: number): Bytes {
  return Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * (width - 1 - at))) & 0xffn));
}

function jsonValue(field: DescField, value: bigint): JsonValue {
  if (field.scalar === ScalarType.BOOL) return value !== 0n;
  return field.scalar !== undefined && is64Bit(field.scalar) ? value.toString() : Number(value);
}
