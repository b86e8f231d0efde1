import { describe, expect, it } from 'vitest';
import { decimalPattern } from './decimal-pattern.js';

describe('decimalPattern', () => {
  it.each([
    [0n, 0n],
    [0n, 9n],
    [3n, 7n],
    [1n, 1000n],
    [17n, 354n],
    [-5n, 5n],
    [-321n, -12n],
    [-100n, 0n],
    [99n, 101n],
  ])('matches exactly the integers from %s to %s', (min, max) => {
    const pattern = new RegExp(decimalPattern(min, max), 'u');
    for (let value = -1200n; value <= 1200n; value++) {
      expect([value, pattern.test(value.toString())]).toEqual([value, value >= min && value <= max]);
    }
  });

  it.each([
    ['18446744073709551615', true],
    ['18446744073709551616', false],
    ['18446744073709551609', true],
    ['20000000000000000000', false],
    ['9999999999999999999', true],
    ['0', true],
    ['00', false],
    ['-0', false],
    ['+1', false],
    ['1.0', false],
    ['', false],
    ['1\n', false],
  ])('u64: %j is %s', (text, matches) => {
    expect(new RegExp(decimalPattern(0n, 2n ** 64n - 1n), 'u').test(text)).toBe(matches);
  });
});
