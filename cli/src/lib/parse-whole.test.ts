import { describe, expect, it } from 'vitest';
import { parseWhole } from './parse-whole.js';

describe('parseWhole', () => {
  it.each([
    ['0', 0, 0],
    ['1', 1, 1],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
  ])('reads %s', (text, min, value) => {
    expect(parseWhole(text, min)).toBe(value);
  });

  it.each([
    ['0', 1],
    ['-1', 0],
    ['1.5', 0],
    ['1e3', 0],
    ['', 0],
    ['9007199254740992', 0],
  ])('refuses "%s" with a minimum of %s', (text, min) => {
    expect(() => parseWhole(text, min)).toThrow(/is not a whole number/);
  });
});
