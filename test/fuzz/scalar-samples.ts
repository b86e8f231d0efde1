import { ScalarType } from '@bufbuild/protobuf';
import type { Random } from './random.js';

const INT32 = [0, 1, -1, 127, 128, 16_383, 16_384, 2_147_483_647, -2_147_483_648, -2, 300];
const UINT32 = [0, 1, 127, 128, 16_383, 16_384, 2_147_483_647, 2_147_483_648, 4_294_967_295];
const INT64 = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n) + 1n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const UINT64 = [0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];
const DOUBLES = [0, -0, 1, -1.5, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 0.1];
const FLOATS = [0, -0, 1, -1.5, Number.NaN, Infinity, -Infinity, 2 ** -149, 3.4028234663852886e38];
const TEXTS = [
  '',
  'a',
  'key',
  '__proto__',
  'constructor',
  '1',
  '-1',
  '007',
  'é',
  '€',
  '😀',
  '\u0000',
  '\ufeffbom',
  'a'.repeat(31),
  'a'.repeat(32),
  'a'.repeat(33),
  `${'a'.repeat(31)}é`,
  'b'.repeat(64),
  `${'b'.repeat(64)}€`,
  'c'.repeat(127),
  'c'.repeat(128),
];

/** A value of a scalar type, often one at the edge; 64-bit ones are bigints. */
export function scalarSample(random: Random, scalar: ScalarType): unknown {
  switch (scalar) {
    case ScalarType.BOOL:
      return random.oneIn(2);
    case ScalarType.STRING:
      return random.pick(TEXTS);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random.oneIn(30) ? 130 : random.below(6) }, () => random.below(256));
    case ScalarType.DOUBLE:
      return random.pick(DOUBLES);
    case ScalarType.FLOAT:
      return random.pick(FLOATS);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return random.pick(UINT32);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return random.pick(INT32);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return random.pick(UINT64);
    default:
      return random.pick(INT64);
  }
}

/** The same for a field that is a JavaScript number. */
export function safeSample(random: Random, scalar: ScalarType): number {
  const value = scalarSample(random, scalar) as bigint;
  return Number.isSafeInteger(Number(value)) ? Number(value) : 7;
}
