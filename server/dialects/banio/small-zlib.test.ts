import { Buffer } from 'node:buffer';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Random } from '../../../test/fuzz/random.js';
import { inflateSmall } from './small-zlib.js';
import { storeAsZlib } from './stored-zlib.js';

const wanted = (stream: Uint8Array): Buffer | undefined => {
  try {
    return inflateSync(stream);
  } catch {
    return undefined;
  }
};

it.each([
  ['nothing, as Go closes it', '789c010000ffff00000001', ''],
  ['a digit, as Go flushes it', '789c3204040000ffff00320032', '1'],
])('reads %s', (_, hex, text) => {
  expect(inflateSmall(Buffer.from(hex, 'hex'))?.toString()).toBe(text);
});

it('reads what compressors make of small payloads as zlib does', () => {
  let read = 0;
  const random = new Random(1);
  for (let round = 0; round < 3_000; round++) {
    const letters = 1 + random.below(256);
    const payload = Buffer.from(Array.from({ length: random.below(100) }, () => random.below(letters)));
    const strategy = round % 2 === 0 ? constants.Z_FIXED : constants.Z_DEFAULT_STRATEGY;
    const found = [deflateSync(payload, { strategy, level: round % 10 }), storeAsZlib(payload.subarray(0, 64))].map(
      (stream) => ({ small: inflateSmall(stream), whole: inflateSync(stream) }),
    );
    for (const { small, whole } of found) {
      if (small === undefined) continue;
      expect(small.equals(whole)).toBe(true);
      read++;
    }
  }
  expect(read).toBeGreaterThan(5_000);
});

it('reads nothing that zlib would not, and nothing else than it', () => {
  let read = 0;
  const random = new Random(2);
  for (let round = 0; round < 20_000; round++) {
    const text = 'some text some text '.slice(0, random.below(20)).repeat(1 + random.below(3));
    const stream = deflateSync(text, { strategy: constants.Z_FIXED });
    for (let change = random.below(3); change > 0; change--) {
      stream[random.below(stream.length)] = random.below(256);
    }
    const cut = stream.subarray(0, stream.length - (random.oneIn(5) ? random.below(stream.length) : 0));
    const small = inflateSmall(cut);
    if (small === undefined) continue;
    read++;
    expect(wanted(cut)?.equals(small)).toBe(true);
  }
  expect(read).toBeGreaterThan(4_000);
});

it('leaves what is long, has a dictionary or something behind it to zlib', () => {
  expect(inflateSmall(deflateSync(Buffer.alloc(600)))).toBeUndefined();
  expect(inflateSmall(deflateSync('text', { dictionary: Buffer.from('text') }))).toBeUndefined();
  expect(inflateSmall(Buffer.concat([deflateSync('text'), Buffer.of(0)]))).toBeUndefined();
  expect(inflateSmall(Buffer.alloc(129))).toBeUndefined();
});

it('repeats nothing from before the beginning', () => {
  // Three bytes from one back, with the checksum of three zeros.
  const stream = Buffer.from('780103020000030001', 'hex');
  expect([inflateSmall(stream), wanted(stream)]).toEqual([undefined, undefined]);
});
