import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { LengthDecoder } from './length-decoder.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Packets that come out when the input arrives in these pieces. */
function decode(pieces: readonly Uint8Array[], maxPacketBytes = 1_000_000): number[][] {
  const decoder = new LengthDecoder(maxPacketBytes);
  const packets: number[][] = [];
  for (const piece of pieces) decoder.push(piece, (packet) => packets.push([...packet]));
  expect(decoder.pendingBytes).toBe(0);
  return packets;
}

function framed(...packets: number[][]): Uint8Array {
  return bytes(...packets.flatMap((packet) => [0, 0, packet.length >> 8, packet.length & 255, ...packet]));
}

describe('LengthDecoder', () => {
  const long = Array.from({ length: 700 }, (_, index) => index & 255);
  const packets = [[1], [2, 3], long, [4, 5, 6, 7, 8]];
  const stream = framed(...packets);

  it('reads packets that come whole', () => {
    expect(decode([stream])).toEqual(packets);
  });

  it('reads packets split at every byte', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode([stream.slice(0, at), stream.slice(at)])).toEqual(packets);
    }
  });

  it('reads packets byte by byte', () => {
    expect(decode([...stream].map((byte) => bytes(byte)))).toEqual(packets);
  });

  it.each([
    ['alone', [framed([])], []],
    ['between packets', [framed([1], [], [2])], [[1], [2]]],
    ['split', [bytes(0, 0), bytes(0, 0, 0, 0, 0, 1, 9)], [[9]]],
  ])('passes over a packet of no bytes %s', (_where, pieces, expected) => {
    expect(decode(pieces)).toEqual(expected);
  });

  it.each([
    ['whole', [bytes(0xff, 0xff, 0xff, 0xff)]],
    ['split', [bytes(0, 0), bytes(0, 6)]],
    ['after a packet', [framed([1]), bytes(0, 0, 0, 6)]],
  ])('refuses a length over the limit, %s', (_how, pieces) => {
    const decoder = new LengthDecoder(5);
    expect(() => {
      for (const piece of pieces) decoder.push(piece, () => {});
    }).toThrow(expect.objectContaining({ code: ErrorCode.PACKET_TOO_LARGE }));
  });

  it('takes a packet of exactly the limit, and allocates only for what came', () => {
    expect(decode([framed([1, 2, 3, 4, 5])], 5)).toEqual([[1, 2, 3, 4, 5]]);
    const decoder = new LengthDecoder(0xffff_ffff);
    decoder.push(bytes(0xff, 0xff, 0xff, 0xff, 1, 2, 3), () => {});
    expect(decoder.pendingBytes).toBe(7);
  });
});
