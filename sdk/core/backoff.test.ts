import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  const options = { firstMs: 100, maxMs: 1_000 };

  it.each([
    [0, 0.999, 99],
    [1, 0.5, 100],
    [3, 0.5, 400],
    [4, 0.5, 500],
    [1_000, 0.5, 500],
    [5, 0, 0],
  ])('attempt %i with %d gives %i ms', (attempt, random, expected) => {
    expect(backoffMs(attempt, random, options)).toBe(expected);
  });
});
