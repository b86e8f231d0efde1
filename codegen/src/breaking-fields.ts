import type { FieldRules } from './rules.js';

/** A rule of a field that became stricter: values that were valid are now refused. */
export interface Tightened {
  readonly rule: string;
  readonly text: string;
}

export function tightenedRules(before: FieldRules, after: FieldRules): Tightened[] {
  return [
    lowered('POLYWIRE_FIELD_MAX_LEN', 'max_len', before.maxLen, after.maxLen),
    raised('POLYWIRE_FIELD_MIN_LEN', 'min_len', before.minLen, after.minLen),
    lowered('POLYWIRE_FIELD_RANGE', 'range.max', before.range?.max, after.range?.max),
    raised('POLYWIRE_FIELD_RANGE', 'range.min', before.range?.min, after.range?.min),
    pattern(before.pattern, after.pattern),
  ].filter((found) => found !== undefined);
}

function lowered<T extends number | bigint>(
  rule: string,
  name: string,
  before: T | undefined,
  after: T | undefined,
): Tightened | undefined {
  if (after === undefined || (before !== undefined && after >= before)) return undefined;
  return { rule, text: `${name} went from ${before ?? 'no limit'} down to ${after}` };
}

function raised<T extends number | bigint>(
  rule: string,
  name: string,
  before: T | undefined,
  after: T | undefined,
): Tightened | undefined {
  if (after === undefined || (before !== undefined && after <= before)) return undefined;
  // A length is never below zero.
  if (name === 'min_len' && before === undefined && Number(after) === 0) return undefined;
  return { rule, text: `${name} went from ${before ?? 'no limit'} up to ${after}` };
}

/** Whether one pattern allows less than another cannot be told: every other pattern counts. */
function pattern(before: string | undefined, after: string | undefined): Tightened | undefined {
  if (after === undefined || after === before) return undefined;
  const change = before === undefined ? `is new: ${after}` : `changed from ${before} to ${after}`;
  return { rule: 'POLYWIRE_FIELD_PATTERN', text: `pattern ${change}` };
}
