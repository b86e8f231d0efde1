import { describe, expect, it } from 'vitest';
import { cutIntoFragments, FragmentJoiner } from './fragments.js';
import {
  encodePacket,
  FRAGMENTED,
  MORE,
  type Packet,
  type PacketInit,
  PacketReader,
  REQUEST,
  ROUTE,
} from './packet.js';

function packet(messageId: number, payload: string): PacketInit {
  const ext = Uint8Array.of(8, 1);
  return { type: REQUEST, serviceId: 3, messageId, flags: ROUTE | MORE, ext, payload: Buffer.from(payload) };
}

function travel(packets: readonly PacketInit[]): Packet[] {
  const reader = new PacketReader(1_000);
  return packets.flatMap((each) => reader.push(encodePacket(each)));
}

describe('fragments', () => {
  it.each([
    [1, 5],
    [2, 3],
    [4, 2],
    [5, 1],
    [0, 1],
  ])('of %i bytes: %i pieces that make the packet again', (pieceBytes, count) => {
    const pieces = cutIntoFragments(packet(7, 'hello'), pieceBytes);
    expect(pieces).toHaveLength(count);
    expect(pieces.map(({ flags }) => flags & FRAGMENTED)).toEqual([...Array(count - 1).fill(FRAGMENTED), 0]);
    expect(pieces.map(({ ext }) => ext?.length)).toEqual([2, ...Array(count - 1).fill(0)]);
    const joiner = new FragmentJoiner();
    const whole = travel(pieces).map((each) => joiner.push(each));
    expect(whole.slice(0, -1).every((each) => each === undefined)).toBe(true);
    expect(whole.at(-1)).toEqual(travel([packet(7, 'hello')])[0]);
  });

  it('of two messages between each other', () => {
    const joiner = new FragmentJoiner();
    const [a, b] = [cutIntoFragments(packet(1, 'aaaa'), 2), cutIntoFragments(packet(2, 'bbbb'), 2)];
    const order = [a[0], b[0], a[1], b[1]] as PacketInit[];
    const whole = travel(order).map((each) => joiner.push(each));
    expect(whole.map((each) => each && Buffer.from(each.payload).toString())).toEqual([
      undefined,
      undefined,
      'aaaa',
      'bbbb',
    ]);
  });
});
