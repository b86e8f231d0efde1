import { UsageError } from './usage-error.js';

const msOfUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration such as `500ms`, `60s`, `1.5h` or `7d`.
 *
 * @returns whole milliseconds, at least 1
 * @throws UsageError when it has no unit, or is not a duration
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const durationMs = match === null ? Number.NaN : Number(match[1]) * (msOfUnit[match[2] as string] as number);
  if (!Number.isSafeInteger(durationMs) || durationMs < 1) {
    throw new UsageError(
      `"${text}" is not a duration; write a number above 0 and a unit: 500ms, 60s, 5m, 2h or 7d (whole milliseconds)`,
    );
  }
  return durationMs;
}
