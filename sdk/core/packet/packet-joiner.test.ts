import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../error.js';
import { LargeMessage } from './large-message.js';
import type { Packet } from './packet.js';
import { PacketDecoder } from './packet-decoder.js';
import { PacketJoiner } from './packet-joiner.js';
import { PacketWriter } from './packet-writer.js';
import { writeEncoded } from './write-encoded.js';

const { FRAGMENTED, ROUTE, MORE } = PacketFlag;
const EXT = Uint8Array.of(8, 3);

interface Piece {
  readonly id?: number;
  readonly service?: number;
  readonly flags?: number;
  readonly ext?: Uint8Array;
  readonly payload?: Uint8Array | string;
}

function bytesOf({ id = 7, service = 5, flags = 0, ext, payload = '' }: Piece): Uint8Array {
  const writer = new PacketWriter();
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  writeEncoded(writer, PacketType.REQUEST, service, id, flags, ext, bytes);
  return writer.take().slice();
}

/** What a joiner makes of packets, each handed over as a decoder does: as a view that is used again. */
function join(joiner: PacketJoiner, ...streams: Uint8Array[]): (Packet | undefined)[] {
  const joined: (Packet | undefined)[] = [];
  const decoder = new PacketDecoder({ maxPayloadBytes: 1_048_576 });
  for (const bytes of streams) {
    const copy = bytes.slice();
    decoder.push(copy, (packet) => joined.push(joiner.push(packet)));
    copy.fill(0xee);
  }
  return joined;
}

const textOf = (packet: Packet | undefined): string => new TextDecoder().decode(packet?.payload);

function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run();
  } catch (thrown) {
    return PolywireError.from(thrown).code;
  }
  return undefined;
}

describe('a message in pieces', () => {
  it.each([1, 100, 65_535, 65_536, 65_537, 131_072, 300_001])('of %i bytes is what it was', (length) => {
    const payload = Uint8Array.from({ length }, (_, index) => index * 7);
    const writer = new PacketWriter();
    let message: LargeMessage | undefined;
    const takeLarge = (...parts: ConstructorParameters<typeof LargeMessage>): void => {
      message = new LargeMessage(...parts);
    };
    Object.assign(writer, { queues: true, large: { takeLarge } });
    writeEncoded(writer, PacketType.REQUEST, 5, 7, ROUTE | MORE, EXT, payload);
    Object.assign(writer, { queues: false });
    message?.writeAll(writer);
    const joiner = new PacketJoiner(1_048_576);
    const stream = writer.take();
    const whole = length <= 65_536 ? undefined : join(joiner, stream).at(-1);
    if (length <= 65_536) {
      // One piece is a packet like any other.
      const seen: number[] = [];
      new PacketDecoder({ maxPayloadBytes: 65_536 }).push(stream, (packet) =>
        seen.push(packet.flags, packet.payloadLen),
      );
      expect(seen).toEqual([ROUTE | MORE, length]);
      return;
    }
    expect(whole).toMatchObject({ packetType: 1, serviceId: 5, messageId: 7, flags: ROUTE | MORE, owned: true });
    expect(whole?.ext).toEqual(EXT);
    expect(whole?.payload).toEqual(payload);
    expect([joiner.size, joiner.bytes]).toEqual([0, 0]);
  });

  it('takes pieces of others in between, and empty ones', () => {
    const joiner = new PacketJoiner(1_000);
    const joined = join(
      joiner,
      bytesOf({ id: 1, flags: ROUTE | FRAGMENTED, ext: EXT, payload: 'a' }),
      bytesOf({ id: 2, flags: ROUTE | FRAGMENTED, ext: EXT, payload: 'x' }),
      bytesOf({ id: 1, flags: FRAGMENTED, payload: 'b' }),
      bytesOf({ id: 1, flags: FRAGMENTED }),
      bytesOf({ id: 2, payload: 'y' }),
      bytesOf({ id: 1, payload: 'c' }),
    );
    expect(joined.map((packet) => packet && textOf(packet))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'xy',
      'abc',
    ]);
  });

  it('is dropped when it is too large, to the byte', () => {
    const joiner = new PacketJoiner(5);
    const first = bytesOf({ id: 1, flags: FRAGMENTED, payload: 'abc' });
    expect(textOf(join(joiner, first, bytesOf({ id: 1, payload: 'de' })).at(-1))).toBe('abcde');
    expect(codeOf(() => join(joiner, first, bytesOf({ id: 1, payload: 'def' })))).toBe(ErrorCode.PACKET_TOO_LARGE);
    expect([joiner.size, joiner.bytes]).toEqual([0, 0]);
  });

  it('is dropped when too many, or too many bytes, are incomplete', () => {
    const many = new PacketJoiner(1_000);
    for (let id = 1; id <= 64; id++) join(many, bytesOf({ id, flags: FRAGMENTED, payload: 'a' }));
    const one = bytesOf({ id: 65, flags: FRAGMENTED, payload: 'a' });
    expect(codeOf(() => join(many, one))).toBe(ErrorCode.RESOURCE_EXHAUSTED);
    expect(many.size).toBe(64);
    expect(join(many, bytesOf({ id: 64, payload: 'b' })).map(textOf)).toEqual(['ab']);

    const large = new PacketJoiner(100);
    const piece = new Uint8Array(80);
    join(large, bytesOf({ id: 1, flags: FRAGMENTED, payload: piece }));
    const second = bytesOf({ id: 2, flags: FRAGMENTED, payload: piece });
    expect(codeOf(() => join(large, second, bytesOf({ id: 3, flags: FRAGMENTED, payload: piece })))).toBe(
      ErrorCode.RESOURCE_EXHAUSTED,
    );
  });

  it.each([
    ['begins again', { ext: EXT, flags: ROUTE }, ErrorCode.INVALID_MESSAGE_ID],
    ['changes its service', { service: 6 }, ErrorCode.MALFORMED_PACKET],
  ] as const)('is a broken sequence when it %s', (_what, second, code) => {
    const joiner = new PacketJoiner(1_000);
    const first = bytesOf({ flags: ROUTE | FRAGMENTED, ext: EXT, payload: 'a' });
    expect(codeOf(() => join(joiner, first, bytesOf(second)))).toBe(code);
  });

  it('takes memory by what came', () => {
    const joiner = new PacketJoiner(268_435_456);
    join(joiner, bytesOf({ flags: ROUTE | FRAGMENTED, ext: EXT, payload: 'a' }));
    expect(joiner.bytes).toBeLessThan(32);
    joiner.drop(PacketType.REQUEST, 7);
    expect([joiner.size, joiner.bytes]).toEqual([0, 0]);
  });
});
