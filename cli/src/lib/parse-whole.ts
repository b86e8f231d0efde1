import { UsageError } from './usage-error.js';

/**
 * Reads a whole number in decimal digits.
 * @throws UsageError when it is anything else, or outside the bounds
 */
export function parseWhole(text: string, min: number, max = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`"${text}" is not a whole number from ${min} to ${max}`);
  }
  return value;
}
