import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../sessions/byte-budget.js';
import { FrameDecoder } from './frame-decoder.js';

const LIMIT = 1_000;

function frame(length: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(4 + length).fill(fill);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function setUp(budgetBytes = 100_000) {
  const budget = new ByteBudget(budgetBytes);
  const decoder = new FrameDecoder({ maxFrameBytes: LIMIT, budget });
  const found: Uint8Array[] = [];
  /** One input; stops after `limit` frames. */
  const feed = (bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): void => {
    decoder.push(bytes);
    for (let count = 0; count < limit && decoder.peek(); count++) {
      found.push(decoder.bytes.slice(decoder.start, decoder.end));
      decoder.consume();
    }
    decoder.settle();
  };
  return { budget, decoder, found, feed };
}

const lengths = [0, 1, 5, 300, 0, LIMIT, 2];
const stream = join(lengths.map((length, index) => frame(length, index + 1)));
const bodies = lengths.map((length, index) => new Uint8Array(length).fill(index + 1));

describe('FrameDecoder', () => {
  it.each([1, 2, 3, 5, 64, 305, 1_009, stream.length])('finds the same frames in pieces of %i bytes', (size) => {
    const { found, feed, budget, decoder } = setUp();
    for (let at = 0; at < stream.length; at += size) feed(stream.slice(at, at + size));
    expect(found).toEqual(bodies);
    expect(decoder.keptBytes).toBe(0);
    decoder.release();
    expect(budget.used).toBe(0);
  });

  it('finds the same frames cut in two at every byte', () => {
    for (let at = 0; at <= stream.length; at++) {
      const { found, feed } = setUp();
      feed(stream.slice(0, at));
      feed(stream.slice(at));
      expect(found).toEqual(bodies);
    }
  });

  it('keeps frames that are left for later, and what comes behind them', () => {
    const { found, feed, decoder } = setUp();
    for (let at = 0; at < stream.length; at += 100) feed(stream.slice(at, at + 100), at === 0 ? 1 : 0);
    expect(found).toHaveLength(1);
    expect(decoder.keptBytes).toBe(stream.length - 4);
    feed(new Uint8Array(0));
    expect(found).toEqual(bodies);
  });

  it('does not touch a borrowed input after settle', () => {
    const { found, feed } = setUp();
    const input = frame(10, 7).slice(0, 9);
    feed(input);
    input.fill(0);
    feed(new Uint8Array(5).fill(7));
    expect(found).toEqual([new Uint8Array(10).fill(7)]);
  });

  it('peek does not consume', () => {
    const { decoder } = setUp();
    decoder.push(frame(3, 9));
    expect([decoder.peek(), decoder.peek()]).toEqual([true, true]);
    expect([decoder.start, decoder.end]).toEqual([4, 7]);
    decoder.consume();
    expect(decoder.peek()).toBe(false);
  });

  it.each([
    ['one more than the limit', LIMIT + 1],
    ['the sign bit', 0x8000_0000],
    ['all bits', 0xffff_ffff],
  ])('refuses a length of %s before it keeps anything for it', (_, length) => {
    const { feed, budget } = setUp();
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    expect(() => feed(head)).toThrow(expect.objectContaining({ code: ErrorCode.PACKET_TOO_LARGE }));
    expect(budget.used).toBe(0);
  });

  it('keeps in proportion to what came, not to what was announced', () => {
    const { feed, budget } = setUp();
    feed(frame(LIMIT, 1).slice(0, 10));
    expect(budget.used).toBeLessThanOrEqual(256);
  });

  it('never takes more than the largest frame for one frame', () => {
    const { feed, budget } = setUp();
    const bytes = frame(LIMIT, 1);
    for (let at = 0; at < bytes.length - 1; at += 90) feed(bytes.slice(at, Math.min(at + 90, bytes.length - 1)));
    expect(budget.used).toBe(LIMIT + 4);
  });

  it('gives back a large buffer once it is empty, and keeps a small one', () => {
    const budget = new ByteBudget(100_000);
    const decoder = new FrameDecoder({ maxFrameBytes: 10_000, budget });
    const used = [5_000, 100].map((length) => {
      for (const part of [frame(length, 1).slice(0, 50), frame(length, 1).slice(50)]) {
        decoder.push(part);
        while (decoder.peek()) decoder.consume();
        decoder.settle();
      }
      return budget.used;
    });
    expect(used).toEqual([0, 256]);
  });

  it('uses the room of frames that were consumed', () => {
    const { found, feed, budget } = setUp();
    feed(join([frame(76, 1), frame(76, 2), frame(76, 3)]), 0);
    feed(new Uint8Array(0), 2);
    feed(join([frame(76, 4), frame(76, 5)]), 0);
    expect(budget.used).toBe(256);
    feed(new Uint8Array(0));
    expect(found).toEqual([1, 2, 3, 4, 5].map((fill) => new Uint8Array(76).fill(fill)));
  });

  it('fails when the budget that it shares is spent, and gives back what it has', () => {
    const budget = new ByteBudget(1_500);
    const [first, second] = [0, 1].map(() => new FrameDecoder({ maxFrameBytes: LIMIT, budget }));
    first?.push(frame(900, 1).slice(0, 800));
    first?.settle();
    second?.push(frame(900, 1).slice(0, 800));
    expect(() => second?.settle()).toThrow(expect.objectContaining({ code: ErrorCode.RESOURCE_EXHAUSTED }));
    first?.release();
    expect(budget.used).toBe(0);
    second?.settle();
    expect(budget.used).toBeGreaterThanOrEqual(800);
  });
});
