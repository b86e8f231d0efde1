import { type DescEnum, type DescField, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { FieldOptions_JSType } from '@bufbuild/protobuf/wkt';
import { integerLimits, is64Bit, MAX_FLOAT32, safePart } from './scalar-limits.js';

/** A value in proto-JSON, and what is special about it. */
export type Sample = readonly [label: string, value: JsonValue];

const LONG = 200; // Longer than one byte of length can say.

/** Values at the edges of a scalar or enum type. The first is the typical one, and not the default. */
export function valueSamples(field: DescField): readonly Sample[] {
  if (field.enum) return enumSamples(field.enum);
  if (field.scalar === undefined) throw new Error(`${field.toString()} has no scalar values`);
  return scalarSamples(field.scalar, field.proto.options?.jstype === FieldOptions_JSType.JS_NUMBER);
}

export function scalarSamples(scalar: ScalarType, asNumber = false): readonly Sample[] {
  switch (scalar) {
    case ScalarType.BOOL:
      return [
        ['true', true],
        ['false', false],
      ];
    case ScalarType.STRING:
      return [
        ['ascii', 'a'],
        ['empty', ''],
        // A byte order mark at the start is text like any other.
        ['unicode', '\ufeffä€😀\u0000"\\'],
        ['long', 'x'.repeat(LONG)],
      ];
    case ScalarType.BYTES:
      return [
        ['one', base64([0])],
        ['empty', ''],
        ['not-text', base64([0xff, 0x00, 0xc0, 0x80])],
        ['long', base64(new Array(LONG).fill(0x5a))],
      ];
    case ScalarType.FLOAT:
      return floatSamples(MAX_FLOAT32, 2 ** -149);
    case ScalarType.DOUBLE:
      return floatSamples(Number.MAX_VALUE, Number.MIN_VALUE);
    default:
      return integerSamples(scalar, asNumber);
  }
}

function integerSamples(scalar: ScalarType, asNumber: boolean): Sample[] {
  const all = integerLimits(scalar) ?? { min: 0n, max: 0n };
  const { min, max } = asNumber ? safePart(all) : all;
  const values: [string, bigint][] = [
    ['one', 1n],
    ['zero', 0n],
    ['two-bytes', 300n],
    ['min', min],
    ['max', max],
  ];
  if (min < 0n) values.push(['minus-one', -1n]);
  return values.map(([label, value]) => [label, is64Bit(scalar) ? value.toString() : Number(value)]);
}

function floatSamples(max: number, smallest: number): Sample[] {
  return [
    ['typical', 1.5],
    ['zero', 0],
    ['minus-zero', -0],
    ['max', max],
    ['min', -max],
    ['smallest', smallest],
    ['nan', 'NaN'],
    ['infinity', 'Infinity'],
    ['minus-infinity', '-Infinity'],
  ];
}

function enumSamples(desc: DescEnum): Sample[] {
  if (desc.typeName === 'google.protobuf.NullValue') return [['null', null]];
  const known = [...new Set(desc.values.map((value) => value.number))];
  const nameOf = (number: number): string => desc.value[number]?.name ?? '';
  const samples: Sample[] = [
    ['first', nameOf(known[1] ?? known[0] ?? 0)],
    ['zero', nameOf(known[0] ?? 0)],
    ['last', nameOf(known.at(-1) ?? 0)],
  ];
  if (!desc.open) return samples;
  return [...samples, ['unknown', 2 ** 31 - 1], ['negative', -1]];
}

function base64(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('base64');
}
