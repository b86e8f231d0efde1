import { describe, expect, it } from 'vitest';
import { noMatch, outOfRange, tooLong, tooShort, utf8Length } from './check.js';

describe('utf8Length', () => {
  const pieces = ['a', '\u007f', '\u0080', 'é', '\u07ff', '\u0800', '€', '\uffff', '😀', '\ud800', '\udc00', '\udbff'];
  const texts = pieces.flatMap((first) => pieces.flatMap((second) => [first + second, `${first}x${second}`, first]));

  it.each([...new Set(['', ...texts])].map((text) => [text]))('counts %j as TextEncoder does', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });
});

describe('errors of checks', () => {
  it.each([
    [
      tooLong('a.v1.M.key', 1025, 1024, 'bytes'),
      'key-too-long',
      'key has 1,025 bytes; the limit is 1,024 (a.v1.M.key)',
    ],
    [
      tooLong('a.v1.M.topic', 300, 255, 'bytes'),
      'invalid-field',
      'topic has 300 bytes; the limit is 255 (a.v1.M.topic)',
    ],
    [tooShort('a.v1.M.key', 0, 1, 'bytes'), 'invalid-field', 'key has 0 bytes; it needs at least 1 (a.v1.M.key)'],
    [noMatch('a.v1.M.name', '[a-z]+'), 'invalid-field', 'name does not match [a-z]+ (a.v1.M.name)'],
    [outOfRange('a.v1.M.n', 12, 1, 10), 'invalid-field', 'n is 12; it must be at least 1 and at most 10 (a.v1.M.n)'],
    [outOfRange('a.v1.M.n', -1n, 0n, undefined), 'invalid-field', 'n is -1; it must be at least 0 (a.v1.M.n)'],
    [outOfRange('a.v1.M.n', 5, undefined, 4), 'invalid-field', 'n is 5; it must be at most 4 (a.v1.M.n)'],
  ])('%s', (error, reason, text) => {
    expect([error.reason, error.message]).toEqual([reason, text]);
  });

  it('carry the field and facts for programs', () => {
    const error = tooLong('a.v1.M.key', 1_234_567, 1024, 'bytes');
    expect([error.field, error.details]).toEqual(['a.v1.M.key', { length: '1234567', limit: '1024' }]);
    expect(error.message).toContain('1,234,567');
  });
});
