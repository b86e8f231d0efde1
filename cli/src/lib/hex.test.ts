import { describe, expect, it } from 'vitest';
import { hexDump, parseHex, toHex } from './hex.js';

describe('parseHex', () => {
  it.each(['0001ff', '00 01 FF', '0x0001ff', '00:01:ff', ' 00\n01\tff\n'])('reads %j', (text) => {
    expect([...parseHex(text)]).toEqual([0, 1, 255]);
  });

  it('names what is not hexadecimal', () => {
    expect(() => parseHex('00zz')).toThrow('"z" is not a hexadecimal digit');
    expect(() => parseHex('000')).toThrow('3 hexadecimal digits are not whole bytes');
  });
});

it('toHex reads only the view', () => {
  expect(toHex(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toBe('0203');
});

it('hexDump shows place, bytes and characters, 16 a line', () => {
  const lines = hexDump(Uint8Array.from({ length: 17 }, (_, index) => index + 0x3f));
  expect(lines).toEqual([
    '0000  3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e  ?@ABCDEFGHIJKLMN',
    `0010  4f${' '.repeat(45)}  O`,
  ]);
});
