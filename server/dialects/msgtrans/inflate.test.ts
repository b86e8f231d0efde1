import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import { Compression } from '@polywire/protocol/polywire.transport.v1';
import { describe, expect, it } from 'vitest';
import { inflatePayload } from './inflate.js';
import { zstdFrames } from './zstd/zstd-frames.cases.js';

const MAX_BYTES = 1_000;
const content = Buffer.alloc(MAX_BYTES, 'polywire');
const bomb = Buffer.alloc(10_000_000);
const [, zeros = () => Buffer.alloc(0), zerosHex = ''] = zstdFrames.find(([name]) => name.startsWith('one byte')) ?? [];

describe('a compressed payload', () => {
  it('is inflated up to the limit', () => {
    expect(inflatePayload(deflateSync(content), Compression.ZLIB, MAX_BYTES)).toEqual(content);
    const frame = Buffer.from(zerosHex, 'hex');
    const inflated = inflatePayload(frame, Compression.ZSTD, zeros().length) as Uint8Array;
    expect(zeros().equals(inflated)).toBe(true);
    expect(inflatePayload(frame, Compression.ZSTD, zeros().length - 1)).toBeUndefined();
    expect(inflatePayload(deflateSync(bomb), Compression.ZLIB, MAX_BYTES)).toBeUndefined();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('{"not":"compressed"}')],
    ['cut off', deflateSync(content).subarray(0, 8)],
  ])('that is %s is none', (_, bytes) => {
    expect(inflatePayload(bytes, Compression.ZLIB, MAX_BYTES)).toBeUndefined();
    expect(inflatePayload(bytes, Compression.ZSTD, MAX_BYTES)).toBeUndefined();
  });
});
