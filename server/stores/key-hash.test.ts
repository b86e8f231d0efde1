import { describe, expect, it } from 'vitest';
import { KeyHash } from './key-hash.js';

function hashOf(keyHash: KeyHash, spaceId: number, key: string): number {
  if (!keyHash.take(spaceId, key)) throw new Error(`${key} was refused`);
  return keyHash.hash;
}

describe('KeyHash', () => {
  it('takes the same key to the same hash and words, and others to others', () => {
    const keyHash = new KeyHash();
    const keys = ['', 'a', 'b', 'ab', 'ba', 'a\0', '\0a', 'é', 'e', '￿', '𐀀', 'x'.repeat(1024)];
    const seen = new Map<string, string>();
    for (const spaceId of [0, 1, 65_536]) {
      for (const key of keys) {
        const hash = hashOf(keyHash, spaceId, key);
        const words = [keyHash.length, ...keyHash.words.subarray(0, keyHash.wordCount)].join();
        expect(hashOf(keyHash, spaceId, key)).toBe(hash);
        expect(keyHash.length).toBe(Buffer.byteLength(key));
        expect(seen.get(words)).toBeUndefined();
        seen.set(words, key);
      }
    }
    expect(seen.size).toBe(3 * keys.length);
  });

  it('puts no words of an earlier key behind a shorter one', () => {
    const keyHash = new KeyHash();
    const fresh = new KeyHash();
    keyHash.take(7, 'ÿ'.repeat(40));
    for (const key of ['', 'a', 'abc', 'abcd', 'abcde', 'ü']) {
      keyHash.take(7, key);
      fresh.take(7, key);
      const { wordCount } = fresh;
      expect(keyHash.wordCount).toBe(wordCount);
      expect(keyHash.words.subarray(0, wordCount)).toEqual(fresh.words.subarray(0, wordCount));
    }
  });

  it('refuses what no store can hold', () => {
    const keyHash = new KeyHash();
    for (const key of ['x'.repeat(1025), '\ud800', 'a\udc00b', '\ud800'.repeat(300)]) {
      expect(keyHash.take(0, key)).toBe(false);
    }
    expect(keyHash.take(0, '\ufffd')).toBe(true);
  });

  it.each([
    ['numbers', (index: number) => `user/${index}`],
    ['one unit that moves', (index: number) => `${'a'.repeat(index % 900)}b${(index / 900) | 0}`],
    ['high units', (index: number) => String.fromCharCode(0x4e00 + (index % 20_000), 0x4e00 + ((index / 20_000) | 0))],
    ['spaces', () => 'status'],
  ])('spreads keys over the table: %s', (name, keyOf) => {
    const keyHash = new KeyHash();
    const count = 100_000;
    const perPart = new Array<number>(64).fill(0);
    const perSlot = new Map<number, number>();
    for (let index = 0; index < count; index++) {
      const hash = hashOf(keyHash, name === 'spaces' ? index : 0, keyOf(index));
      perPart[hash >>> 26] = (perPart[hash >>> 26] ?? 0) + 1;
      perSlot.set(hash & 0xffff, (perSlot.get(hash & 0xffff) ?? 0) + 1);
    }
    // By chance alone a part has 1,563 of them, and a slot 1.5.
    expect(Math.max(...perPart)).toBeLessThan(6_000);
    expect(Math.max(...perSlot.values())).toBeLessThan(60);
    expect(perSlot.size).toBeGreaterThan(10_000);
  });

  it('has secrets of its own', () => {
    const hashes = new Set(Array.from({ length: 20 }, () => hashOf(new KeyHash(), 0, 'the same key')));
    expect(hashes.size).toBeGreaterThan(18);
  });
});
