import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from './frame-decoder.js';

const frame = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeUInt32LE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
};

function readAll(decoder: FrameDecoder, pieces: readonly Uint8Array[]): string[] {
  const texts: string[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let next = decoder.next(); next !== undefined; next = decoder.next()) texts.push(Buffer.from(next).toString());
    decoder.settle();
  }
  return texts;
}

const texts = ['a', 'x'.repeat(300), '', 'bc', '', 'y'.repeat(1000)];
const stream = Buffer.concat(texts.map(frame));
const whole = texts.filter((text) => text !== '');

describe('frames', () => {
  it.each([1, 2, 3, 4, 5, 7, 64, 301, stream.length])('are cut out of pieces of %i bytes', (size) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
    const decoder = new FrameDecoder(1000);
    expect(readAll(decoder, pieces)).toEqual(whole);
    expect(decoder.waitingBytes).toBe(0);
  });

  it('are found when the stream is split anywhere', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(readAll(new FrameDecoder(1000), [stream.subarray(0, at), stream.subarray(at)]), `at ${at}`).toEqual(whole);
    }
  });

  it('do not change when the input does, once it is settled', () => {
    const decoder = new FrameDecoder(1000);
    const first = Buffer.from(frame('hello').subarray(0, 6));
    readAll(decoder, [first]);
    first.fill(0xff);
    expect(readAll(decoder, [frame('hello').subarray(6)])).toEqual(['hello']);
  });

  it('wait while nobody takes them', () => {
    const decoder = new FrameDecoder(1000);
    for (const piece of [frame('a'), frame('b'), frame('c')]) {
      decoder.push(piece);
      decoder.settle();
    }
    expect(readAll(decoder, [frame('d')])).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    ['the limit', 1000, false],
    ['one more', 1001, true],
    ['the most that can be said', 0xffff_ffff, true],
  ])('of %s are judged by what is announced', (_, length, isRefused) => {
    const decoder = new FrameDecoder(1000);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(length);
    decoder.push(head);
    const next = (): unknown => decoder.next();
    if (isRefused) expect(next).toThrow(expect.objectContaining({ code: ErrorCode.PACKET_TOO_LARGE }));
    else expect(next()).toBeUndefined();
  });

  it('take a buffer for what has come, not for what is announced', () => {
    const decoder = new FrameDecoder(0xffff_ffff);
    const head = Buffer.alloc(5);
    head.writeUInt32LE(0xffff_fff0);
    const before = process.memoryUsage().arrayBuffers;
    readAll(decoder, [head]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(decoder.waitingBytes).toBe(5);
  });
});
