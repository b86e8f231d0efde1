import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../error.js';
import type { Packet } from './packet.js';
import { PacketDecoder } from './packet-decoder.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// name, bytes, serviceId, messageId, ext, payload
const packets: [string, string, number, number, string, string][] = [
  ['header only', '01000000 00000001 0000 00000000 0000', 0, 1, '', ''],
  ['text payload', '01000006 0000002b 0000 0000000c 0000 68656c6c6f2c20776f726c64', 6, 43, '', 'hello, world'],
  ['routed request', '01000103 00000007 0002 00000003 0004 0801 0a016b', 3, 7, '\u0008\u0001', '\n\u0001k'],
  ['largest id', '010001ff ffffffff 0000 00000001 0000 78', 255, 0xffffffff, '', 'x'],
];

interface Seen {
  readonly serviceId: number;
  readonly messageId: number;
  readonly ext: string;
  readonly payload: string;
}

function see(packet: Packet): Seen {
  const { serviceId, messageId } = packet;
  return {
    serviceId,
    messageId,
    ext: Buffer.from(packet.ext).toString(),
    payload: Buffer.from(packet.payload).toString(),
  };
}

function feed(pieces: Iterable<Uint8Array>, maxPayloadBytes = 1_000): Seen[] {
  const decoder = new PacketDecoder({ maxPayloadBytes });
  const seen: Seen[] = [];
  for (const piece of pieces) decoder.push(piece, (packet) => seen.push(see(packet)));
  expect(decoder.pendingBytes).toBe(0);
  return seen;
}

const expected = packets.map(([, , serviceId, messageId, ext, payload]) => ({ serviceId, messageId, ext, payload }));
const all = hex(packets.map(([, bytes]) => bytes).join(''));

describe('PacketDecoder', () => {
  it.each(packets)('%s, whole', (_name, bytes, serviceId, messageId, ext, payload) => {
    expect(feed([hex(bytes)])).toEqual([{ serviceId, messageId, ext, payload }]);
  });

  it('reads packets that come in one piece', () => {
    expect(feed([all])).toEqual(expected);
  });

  it('reads packets split at every byte', () => {
    for (let at = 1; at < all.length; at++) expect(feed([all.subarray(0, at), all.subarray(at)])).toEqual(expected);
  });

  it('reads packets that come byte by byte', () => {
    expect(feed([...all].map((byte) => new Uint8Array([byte])))).toEqual(expected);
  });

  it('gives views of the input, without a copy', () => {
    const input = hex(packets[1]![1]);
    new PacketDecoder({ maxPayloadBytes: 100 }).push(input, (packet) => {
      expect(packet.payload.buffer).toBe(input.buffer);
    });
    expect.assertions(1);
  });

  it.each([
    ['another version', '02000000 00000001 0000 00000000 0000', ErrorCode.UNSUPPORTED_VERSION],
    ['an unknown type', '01000300 00000001 0000 00000000 0000', ErrorCode.MALFORMED_PACKET],
    ['an unknown compression', '01030000 00000001 0000 00000000 0000', ErrorCode.MALFORMED_PACKET],
    ['a payload over the limit', '01000000 00000001 0000 000003e9 0000', ErrorCode.PACKET_TOO_LARGE],
    ['the largest length', '01000000 00000001 0000 ffffffff 0000', ErrorCode.PACKET_TOO_LARGE],
  ])('refuses %s, whole and byte by byte', (_name, bytes, code) => {
    for (const pieces of [[hex(bytes)], [...hex(bytes)].map((byte) => new Uint8Array([byte]))]) {
      let thrown: unknown;
      try {
        feed(pieces);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(PolywireError);
      expect((thrown as PolywireError).code).toBe(code);
    }
  });

  it('takes a payload of exactly the limit', () => {
    const header = hex('01000000 00000001 0000 000003e8 0000');
    expect(feed([header, new Uint8Array(1_000)])[0]?.payload).toHaveLength(1_000);
  });

  it('keeps memory by what arrived, not by what was declared', () => {
    const decoder = new PacketDecoder({ maxPayloadBytes: 100_000_000 });
    decoder.push(hex('01000000 00000001 0000 05f5e100 0000'), () => {});
    decoder.push(new Uint8Array(100), () => {});
    expect(decoder.pendingBytes).toBe(116);
  });
});
