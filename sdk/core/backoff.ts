export interface BackoffOptions {
  /** Upper bound of the first delay in milliseconds. */
  readonly firstMs: number;
  /** Upper bound of every delay in milliseconds. */
  readonly maxMs: number;
}

/**
 * Full-jitter backoff: a delay drawn evenly from 0 to a bound that doubles with every attempt.
 *
 * @param attempt counts from 0
 * @param random a number from 0 up to, not including, 1
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: number, options: BackoffOptions): number {
  const bound = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt, 30));
  return Math.floor(random * bound);
}
