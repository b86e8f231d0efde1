import { ScalarType } from '@bufbuild/protobuf';

/** Inclusive. */
export interface IntegerLimits {
  readonly min: bigint;
  readonly max: bigint;
}

const signed32: IntegerLimits = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const unsigned32: IntegerLimits = { min: 0n, max: 2n ** 32n - 1n };
const signed64: IntegerLimits = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const unsigned64: IntegerLimits = { min: 0n, max: 2n ** 64n - 1n };

export const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
export const MAX_FLOAT32 = 2 ** 127 * (2 - 2 ** -23);

/** The values of an integer type; undefined for every other type. */
export function integerLimits(scalar: ScalarType): IntegerLimits | undefined {
  switch (scalar) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return signed32;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return unsigned32;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return signed64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return unsigned64;
    default:
      return undefined;
  }
}

export function is64Bit(scalar: ScalarType): boolean {
  const limits = integerLimits(scalar);
  return limits === signed64 || limits === unsigned64;
}

/** The part of `limits` that a JavaScript number holds exactly. */
export function safePart(limits: IntegerLimits): IntegerLimits {
  return { min: limits.min < -MAX_SAFE ? -MAX_SAFE : limits.min, max: limits.max > MAX_SAFE ? MAX_SAFE : limits.max };
}
