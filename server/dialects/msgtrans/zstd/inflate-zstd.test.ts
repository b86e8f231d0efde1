import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { inflateZstd } from './inflate-zstd.js';
import { zstdFrames } from './zstd-frames.cases.js';

const MAX_BYTES = 1_048_576;
const fromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('a zstd frame', () => {
  it.each(zstdFrames)('of %s is inflated', (_, content, hex) => {
    expect(Buffer.from(inflateZstd(fromHex(hex), MAX_BYTES)).equals(content())).toBe(true);
  });

  it.each(zstdFrames.filter(([, content]) => content().length > 0))(
    'of %s is not, over the limit',
    (_, content, hex) => {
      const { length } = content();
      expect(inflateZstd(fromHex(hex), length)).toHaveLength(length);
      expect(() => inflateZstd(fromHex(hex), length - 1)).toThrow('it is more than it may be');
    },
  );

  it.each(zstdFrames)('of %s is not, cut off or followed by something', (_, _content, hex) => {
    const bytes = fromHex(hex);
    for (let at = 0; at < bytes.length; at++) expect(() => inflateZstd(bytes.subarray(0, at), MAX_BYTES)).toThrow();
    expect(() => inflateZstd(Buffer.concat([bytes, Buffer.of(0)]), MAX_BYTES)).toThrow('the frame has another length');
  });

  const head = '28b52ffd';
  it.each([
    ['other bytes', '00000000000000', 'no zstd frame'],
    ['a dictionary', `${head}2101000000`, 'dictionary'],
    ['a reserved bit', `${head}28000100`, 'dictionary'],
    ['a size beyond the limit', `${head}e0ffffffffffffffff010000`, 'more than it may be'],
    ['a size that is not kept', `${head}2005010000`, 'the content has another length'],
    ['a reserved block', `${head}2000070000`, 'unknown form'],
    ['a match before the beginning', `${head}20103d000000015400020004`, 'a match is too far back'],
    ['a hundred thousand matches in a few bytes', `${head}6000105500000841ffffff5401003401`, 'a sequence is cut off'],
    ['no tree to repeat', `${head}20102d00001340000100`, 'a block has no Huffman tree'],
  ])('with %s is refused', (_, hex, text) => {
    expect(() => inflateZstd(fromHex(hex), MAX_BYTES)).toThrow(new RegExp(text));
  });

  it('of nothing but empty blocks is not looked at for ever', () => {
    const blocks = Buffer.alloc(3 * 300_000);
    expect(() => inflateZstd(Buffer.concat([fromHex(`${head}0000`), blocks]), MAX_BYTES)).toThrow('too many blocks');
  });
});
