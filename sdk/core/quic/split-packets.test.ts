import { describe, expect, it } from 'vitest';
import { splitPackets } from './split-packets.js';

/** A packet with a header, `ext` bytes of extension header and `payload` bytes. */
function packet(ext: number, payload: number, version = 1): number[] {
  return [version, 0, 0, 0, 0, 0, 0, 7, 0, ext, 0, 0, 0, payload, 0, 0, ...Array(ext + payload).fill(1)];
}

const split = (bytes: readonly number[]): number[] => {
  const lengths: number[] = [];
  splitPackets(Uint8Array.from(bytes), (each) => lengths.push(each.length));
  return lengths;
};

describe('splitPackets', () => {
  it.each<[string, number[], number[]]>([
    ['one packet', packet(2, 3), [21]],
    ['a run of packets', [...packet(2, 3), ...packet(0, 0), ...packet(0, 200)], [21, 16, 216]],
    ['a run that ends inside a packet, as it is', [...packet(2, 3), ...packet(0, 9).slice(0, 20)], [41]],
    ['a run with other bytes behind it, as it is', [...packet(0, 0), 1, 2, 3], [19]],
    ['a run with another version in it, as it is', [...packet(0, 0), ...packet(0, 0, 2)], [32]],
    ['what is no packet, as it is', [104, 105], [2]],
    ['no bytes', [], [0]],
  ])('hands over %s', (_what, bytes, expected) => {
    expect(split(bytes)).toEqual(expected);
  });

  it('works on a view', () => {
    const bytes = Uint8Array.from([9, 9, 9, ...packet(0, 1), ...packet(1, 0), 9]);
    const lengths: number[] = [];
    splitPackets(bytes.subarray(3, -1), (each) => lengths.push(each.length));
    expect(lengths).toEqual([17, 17]);
  });
});
