/**
 * Source of a regular expression that matches exactly the decimal texts of the integers from `min`
 * to `max`: no leading zeros, no plus sign, no `-0`.
 */
export function decimalPattern(min: bigint, max: bigint): string {
  const parts: string[] = [];
  if (min < 0n) {
    const nearest = max < 0n ? -max : 1n;
    parts.push(`-(?:${unsigned(nearest, -min).join('|')})`);
  }
  if (max >= 0n) parts.push(...unsigned(min < 0n ? 0n : min, max));
  return `^(?:${parts.join('|')})$`;
}

function unsigned(min: bigint, max: bigint): string[] {
  const parts: string[] = [];
  let low = min;
  while (low <= max) {
    const length = low.toString().length;
    const longest = 10n ** BigInt(length) - 1n;
    const high = max < longest ? max : longest;
    parts.push(...sameLength(low.toString(), high.toString()));
    low = longest + 1n;
  }
  return parts;
}

/** Texts from `low` to `high`, which have the same number of digits. */
function sameLength(low: string, high: string): string[] {
  if (low === high) return [low];
  const [lowDigit, highDigit] = [Number(low[0]), Number(high[0])];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (lowDigit === highDigit) return sameLength(lowRest, highRest).map((part) => `${lowDigit}${part}`);
  const parts: string[] = [];
  const from = isAll(lowRest, '0') ? lowDigit : lowDigit + 1;
  const to = isAll(highRest, '9') ? highDigit : highDigit - 1;
  if (from > lowDigit)
    parts.push(...sameLength(lowRest, '9'.repeat(lowRest.length)).map((part) => `${lowDigit}${part}`));
  if (from <= to) parts.push(digit(from, to) + anyDigits(lowRest.length));
  if (to < highDigit)
    parts.push(...sameLength('0'.repeat(highRest.length), highRest).map((part) => `${highDigit}${part}`));
  return parts;
}

function isAll(text: string, digitText: string): boolean {
  return text === digitText.repeat(text.length);
}

function digit(from: number, to: number): string {
  return from === to ? `${from}` : `[${from}-${to}]`;
}

function anyDigits(count: number): string {
  return count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`;
}
