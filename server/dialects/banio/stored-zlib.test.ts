import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { deflate, inflate } from './payload.js';
import { MAX_STORED_BYTES, storeAsZlib } from './stored-zlib.js';

it('is a zlib stream of every length and of the largest bytes', () => {
  for (let length = 0; length <= MAX_STORED_BYTES; length++) {
    for (const payload of [
      Buffer.alloc(length, 0xff),
      Buffer.from(Array.from({ length }, (_, at) => (at * 37) % 256)),
    ]) {
      const stream = storeAsZlib(payload);
      expect(inflateSync(stream).equals(payload)).toBe(true);
      expect(stream.readUInt16BE() % 31).toBe(0);
    }
  }
});

it('is what small payloads travel in, and nothing larger', () => {
  const small = Buffer.alloc(MAX_STORED_BYTES, 'a');
  expect(deflate(small).equals(storeAsZlib(small))).toBe(true);
  const larger = Buffer.alloc(MAX_STORED_BYTES + 1, 'a');
  expect(deflate(larger).length).toBeLessThan(20);
  expect(inflate(deflate(larger), 100)?.equals(larger)).toBe(true);
});
