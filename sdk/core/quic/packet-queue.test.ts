import { describe, expect, it } from 'vitest';
import { PacketQueue } from './packet-queue.js';

const packet = (length: number, fill: number) => new Uint8Array(length).fill(fill);

function drain(queue: PacketQueue, step: number): number[] {
  const all: number[] = [];
  for (let bytes = queue.peek(); bytes !== undefined; bytes = queue.peek()) {
    const taken = bytes.slice(0, step);
    all.push(...taken);
    queue.drop(taken.length);
  }
  return all;
}

describe('PacketQueue', () => {
  it.each([1, 7, 100_000])('gives back what was put in, %i bytes at a time', (step) => {
    const queue = new PacketQueue();
    const expected: number[] = [];
    for (let round = 0; round < 40; round++) {
      const length = [3, 1000, 17_000][round % 3] as number;
      queue.push(packet(length, round));
      expected.push(0, 0, length >> 8, length & 255, ...packet(length, round));
    }
    expect(queue.bytes).toBe(expected.length);
    expect(drain(queue, step)).toEqual(expected);
    expect([queue.bytes, queue.peek(), queue.peekPacket()]).toEqual([0, undefined, undefined]);
  });

  it('copies what is put in', () => {
    const queue = new PacketQueue();
    const bytes = packet(4, 1);
    queue.push(bytes);
    bytes.fill(9);
    expect([...(queue.peekPacket() ?? [])]).toEqual([1, 1, 1, 1]);
  });

  it('gives packets one by one', () => {
    const queue = new PacketQueue();
    const lengths = [5, 0, 16_380, 1, 40_000, 2];
    for (const [index, length] of lengths.entries()) queue.push(packet(length, index));
    const seen: number[][] = [];
    for (let next = queue.peekPacket(); next !== undefined; next = queue.peekPacket()) {
      seen.push([next.length, ...new Set(next)]);
      queue.drop(4 + next.length);
    }
    expect(seen).toEqual([[5, 0], [0], [16_380, 2], [1, 3], [40_000, 4], [2, 5]]);
    expect(queue.bytes).toBe(0);
  });

  it('forgets everything', () => {
    const queue = new PacketQueue();
    queue.push(packet(20_000, 1));
    queue.push(packet(20, 2));
    queue.clear();
    expect([queue.bytes, queue.peek()]).toEqual([0, undefined]);
    queue.push(packet(1, 3));
    expect([...(queue.peek() ?? [])]).toEqual([0, 0, 0, 1, 3]);
  });
});
