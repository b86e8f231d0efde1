import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import { decimalPattern } from './decimal-pattern.js';
import type { RangeRule } from './rules.js';
import { integerLimits, is64Bit, MAX_FLOAT32, safePart } from './scalar-limits.js';
import { wholePattern } from './whole-pattern.js';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a field's rules say about one of its values. */
export interface ValueRules {
  readonly maxLen?: number | undefined;
  readonly minLen?: number | undefined;
  readonly pattern?: string | undefined;
  readonly range?: RangeRule | undefined;
  /** A 64-bit field that is a JavaScript number (`jstype = JS_NUMBER`). */
  readonly asNumber?: boolean;
}

// Both alphabets. One class, one loop: a pattern that repeats a group overflows the stack of the
// regular expression engine on values of some megabytes.
const base64Pattern = '^[A-Za-z0-9+/_-]*={0,2}$';

export function scalarSchema(scalar: ScalarType, rules: ValueRules): JsonSchema {
  switch (scalar) {
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.STRING:
      return stringSchema(rules);
    case ScalarType.BYTES:
      return bytesSchema(rules);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return floatSchema(scalar, rules.range);
    default:
      return integerSchema(scalar, rules);
  }
}

/** By name, or by number as enums are open: a number that the schema does not know is kept. */
export function enumSchema(desc: DescEnum): JsonSchema {
  if (desc.typeName === 'google.protobuf.NullValue') return { type: 'null' };
  const number = desc.open
    ? { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }
    : { type: 'integer', enum: [...new Set(desc.values.map((value) => value.number))] };
  return { anyOf: [{ type: 'string', enum: desc.values.map((value) => value.name) }, number] };
}

function stringSchema({ maxLen, minLen, pattern }: ValueRules): JsonSchema {
  return {
    type: 'string',
    // Rules count bytes of UTF-8, JSON Schema counts characters of one to four bytes. The exact
    // check is the codec's.
    ...(minLen ? { minLength: Math.ceil(minLen / 4) } : {}),
    ...(maxLen === undefined ? {} : { maxLength: maxLen }),
    ...(pattern === undefined ? {} : { pattern: wholePattern(pattern) }),
  };
}

function bytesSchema({ maxLen, minLen }: ValueRules): JsonSchema {
  return {
    type: 'string',
    contentEncoding: 'base64',
    ...(minLen ? { minLength: Math.ceil((minLen * 4) / 3) } : {}),
    ...(maxLen === undefined ? {} : { maxLength: Math.ceil(maxLen / 3) * 4 }),
    pattern: base64Pattern,
  };
}

function floatSchema(scalar: ScalarType, range: RangeRule | undefined): JsonSchema {
  const type = scalar === ScalarType.FLOAT ? { minimum: -MAX_FLOAT32, maximum: MAX_FLOAT32 } : {};
  const number = {
    type: 'number',
    ...type,
    ...(range?.min === undefined ? {} : { minimum: Number(range.min) }),
    ...(range?.max === undefined ? {} : { maximum: Number(range.max) }),
  };
  const words = [
    ...(range?.min === undefined && range?.max === undefined ? ['NaN'] : []),
    ...(range?.max === undefined ? ['Infinity'] : []),
    ...(range?.min === undefined ? ['-Infinity'] : []),
  ];
  return words.length === 0 ? number : { anyOf: [number, { type: 'string', enum: words }] };
}

function integerSchema(scalar: ScalarType, { range, asNumber }: ValueRules): JsonSchema {
  const type = integerLimits(scalar) ?? { min: 0n, max: 0n };
  const limits = {
    min: range?.min !== undefined && range.min > type.min ? range.min : type.min,
    max: range?.max !== undefined && range.max < type.max ? range.max : type.max,
  };
  const safe = safePart(limits);
  const number = { type: 'integer', minimum: Number(safe.min), maximum: Number(safe.max) };
  if (asNumber || !is64Bit(scalar)) return number;
  return { anyOf: [number, { type: 'string', pattern: decimalPattern(limits.min, limits.max) }] };
}
