import { describe, expect, it } from 'vitest';
import { endedBy } from './text-place.js';
import { WireError } from './wire-error.js';

const attempt = (literal: string, value: string): string => {
  try {
    return endedBy(literal, value, 'pkg.Message.key');
  } catch (thrown) {
    if (!WireError.is(thrown)) throw thrown;
    return `${thrown.reason} ${thrown.field} ${JSON.stringify(thrown.details)}`;
  }
};

describe('a value and the literal that ends its place', () => {
  it.each([
    [':', '', ':'],
    [':', 'key', 'key:'],
    [': ', 'a:b', 'a:b: '],
    ['::', 'a', 'a::'],
    [':', 'a:b', 'invalid-field pkg.Message.key {"literal":":","position":"1"}'],
    [':', ':', 'invalid-field pkg.Message.key {"literal":":","position":"0"}'],
    // The literal begins in the value and ends behind it.
    ['::', 'a:', 'invalid-field pkg.Message.key {"literal":"::","position":"1"}'],
    ['abab', 'xab', 'invalid-field pkg.Message.key {"literal":"abab","position":"1"}'],
  ])('%j after %j: %s', (literal, value, expected) => {
    expect(attempt(literal, value)).toBe(expected);
  });
});
