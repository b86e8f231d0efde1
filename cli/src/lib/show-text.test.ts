import { describe, expect, it } from 'vitest';
import { manyLines, oneLine } from './show-text.js';

describe('oneLine', () => {
  it.each([
    ['plain text, äöü 漢字 😀', 'plain text, äöü 漢字 😀'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['a\u202eb\u2028c', 'a\\u202eb\\u2028c'],
    ['\ud800', '\\ud800'],
  ])('shows %j', (text, shown) => {
    expect(oneLine(text)).toBe(shown);
  });
});

describe('manyLines', () => {
  it('keeps line ends and tabs only', () => {
    expect(manyLines('a\n\tb\r\u001b')).toBe('a\n\tb\\r\\x1b');
  });
});
