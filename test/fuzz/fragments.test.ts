import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag } from '@polywire/protocol/polywire.transport.v1';
import { Packet, PacketJoiner, PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

const SEED = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_260_901);
const RUNS = 2_000;
const MAX_MESSAGE_BYTES = 200;

interface Piece {
  readonly messageId: number;
  readonly serviceId: number;
  readonly isLast: boolean;
  readonly ext: Uint8Array;
  readonly payload: Uint8Array;
}

function packetOf({ messageId, serviceId, isLast, ext, payload }: Piece): Packet {
  const packet = new Packet();
  packet.packetType = 1;
  packet.serviceId = serviceId;
  packet.messageId = messageId;
  packet.flags = isLast ? 0 : PacketFlag.FRAGMENTED;
  packet.extLen = ext.length;
  packet.payloadLen = payload.length;
  packet.bytes = Uint8Array.from([...new Uint8Array(16), ...ext, ...payload]);
  return packet;
}

const bytesOf = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));

describe(`messages in pieces (POLYWIRE_FUZZ_SEED=${SEED})`, () => {
  it('are what they were, however they are cut and mixed', () => {
    const random = new Random(SEED);
    for (let run = 0; run < RUNS; run++) {
      const joiner = new PacketJoiner(MAX_MESSAGE_BYTES);
      const messages = Array.from({ length: 1 + random.below(2) }, () => bytesOf(random, random.below(200)));
      const queues = messages.map((message, index) => {
        const pieces: Piece[] = [];
        let at = 0;
        do {
          const to = Math.min(message.length, at + random.below(60));
          const isLast = to === message.length && random.oneIn(2);
          const ext = pieces.length === 0 ? Uint8Array.of(8, index) : new Uint8Array(0);
          pieces.push({ messageId: index + 1, serviceId: 5, isLast, ext, payload: message.subarray(at, to) });
          at = to;
        } while (pieces.at(-1)?.isLast !== true);
        return pieces;
      });
      const done = new Map<number, Uint8Array>();
      while (queues.some((queue) => queue.length > 0)) {
        const piece = random.pick(queues.filter((queue) => queue.length > 0)).shift() as Piece;
        const whole = joiner.push(packetOf(piece));
        expect(whole === undefined).toBe(!piece.isLast);
        if (whole !== undefined) done.set(whole.messageId, whole.payload);
      }
      for (const [index, message] of messages.entries()) expect(done.get(index + 1)).toEqual(message);
      expect([joiner.size, joiner.bytes]).toEqual([0, 0]);
    }
  });

  it('of a hostile peer are refused with a code, and take bounded memory', () => {
    const random = new Random(SEED);
    const codes: readonly ErrorCode[] = [
      ErrorCode.PACKET_TOO_LARGE,
      ErrorCode.RESOURCE_EXHAUSTED,
      ErrorCode.INVALID_MESSAGE_ID,
      ErrorCode.MALFORMED_PACKET,
    ];
    const seen = new Set<ErrorCode>();
    const joiner = new PacketJoiner(MAX_MESSAGE_BYTES);
    for (let run = 0; run < RUNS * 20; run++) {
      const piece = {
        messageId: random.below(100),
        serviceId: random.oneIn(50) ? 6 : 5,
        isLast: random.oneIn(30),
        ext: random.oneIn(40) ? Uint8Array.of(8, 1) : new Uint8Array(0),
        payload: bytesOf(random, random.below(random.oneIn(20) ? 300 : 8)),
      };
      try {
        joiner.push(packetOf(piece));
      } catch (thrown) {
        const { code } = PolywireError.from(thrown);
        expect(codes).toContain(code);
        seen.add(code);
      }
      expect(joiner.bytes).toBeLessThanOrEqual(2 * MAX_MESSAGE_BYTES);
      expect(joiner.size).toBeLessThanOrEqual(64);
    }
    expect([...seen].sort()).toEqual([...codes].sort());
  });
});
