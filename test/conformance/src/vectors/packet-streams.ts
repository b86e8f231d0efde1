import { encodePacket, type PacketInit } from '../peer/packet.js';
import type { StreamOutcome, VectorCodec } from './codec.js';

/** A stream of bytes and what a packet decoder with a limit of 65,536 bytes must make of it. */
export interface PacketStream {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The whole packets before the refusal or the end. */
  readonly packets: readonly Uint8Array[];
  /** Name of the code; undefined: the stream is good. */
  readonly error?: string;
}

const plain: PacketInit = { type: 0, serviceId: 0, messageId: 0, flags: 0 };
const request: PacketInit = { type: 1, serviceId: 3, messageId: 1, flags: 4, ext: Uint8Array.of(8, 1) };
const extremes: PacketInit = { type: 2, serviceId: 255, messageId: 0xffff_ffff, flags: 0xffff };

const good: readonly (readonly [name: string, packets: readonly PacketInit[]])[] = [
  ['empty-opaque', [plain]],
  ['payload', [{ ...plain, payload: Buffer.from('hello') }]],
  ['route', [request]],
  ['route-and-payload', [{ ...request, payload: Buffer.from('0a0161', 'hex') }]],
  ['highest-ids-and-unknown-flags', [extremes]],
  ['longest-extension', [{ ...plain, flags: 4, ext: Buffer.alloc(65_535, 1) }]],
  ['payload-at-the-limit', [{ ...plain, payload: Buffer.alloc(65_536, 2) }]],
  [
    'compressed',
    [
      { ...plain, compression: 1, payload: Buffer.from('xyz') },
      { ...plain, compression: 2 },
    ],
  ],
  ['three-packets', [request, { ...plain, payload: Buffer.alloc(300, 3) }, extremes]],
];

const bad: readonly (readonly [name: string, head: Partial<PacketInit>, error: string])[] = [
  ['version-0', { version: 0 }, 'UNSUPPORTED_VERSION'],
  ['version-2', { version: 2 }, 'UNSUPPORTED_VERSION'],
  ['packet-type-3', { type: 3 }, 'MALFORMED_PACKET'],
  ['packet-type-255', { type: 255 }, 'MALFORMED_PACKET'],
  ['compression-3', { compression: 3 }, 'MALFORMED_PACKET'],
];

/** All packet streams, in order. */
export function packetStreams(): PacketStream[] {
  const streams: PacketStream[] = good.map(([name, inits]) => {
    const packets = inits.map(encodePacket);
    return { name, bytes: Buffer.concat(packets), packets };
  });
  const first = encodePacket(request);
  for (const [name, head, error] of bad) {
    const refused = encodePacket({ ...plain, ...head });
    streams.push({ name, bytes: refused, packets: [], error });
    streams.push({ name: `${name}-second`, bytes: Buffer.concat([first, refused]), packets: [first], error });
  }
  // Only the header: the refusal must not wait for bytes that were merely announced.
  const tooLarge = encodePacket({ ...plain });
  new DataView(tooLarge.buffer, tooLarge.byteOffset).setUint32(10, 65_537);
  streams.push({ name: 'payload-over-the-limit', bytes: tooLarge, packets: [], error: 'PACKET_TOO_LARGE' });
  const huge = tooLarge.slice();
  new DataView(huge.buffer, huge.byteOffset).setUint32(10, 0xffff_ffff);
  streams.push({ name: 'payload-of-4-GiB', bytes: huge, packets: [], error: 'PACKET_TOO_LARGE' });
  streams.push({ name: 'cut-off', bytes: first.subarray(0, first.length - 1), packets: [] });
  return streams;
}

// Cutting a long stream at every byte would take minutes and show nothing new past its headers.
const MAX_CUTS = 400;

/** Feeds a stream whole, byte by byte, and in two pieces cut at every byte. Returns what differs. */
export function checkStream(codec: Required<Pick<VectorCodec, 'cutStream'>>, stream: PacketStream): string | undefined {
  const { bytes } = stream;
  const whole = compare('whole', stream, codec.cutStream([bytes]));
  if (whole !== undefined) return whole;
  const single = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  const split = compare('byte by byte', stream, codec.cutStream(single));
  if (split !== undefined) return split;
  for (let at = 1; at < Math.min(bytes.length, MAX_CUTS); at++) {
    const cut = compare(`cut at byte ${at}`, stream, codec.cutStream([bytes.subarray(0, at), bytes.subarray(at)]));
    if (cut !== undefined) return cut;
  }
  return undefined;
}

function compare(how: string, stream: PacketStream, outcome: StreamOutcome): string | undefined {
  if (outcome.error !== stream.error) {
    return `${how}: expected ${stream.error ?? 'no error'}, got ${outcome.error ?? 'no error'}`;
  }
  if (outcome.packets.length !== stream.packets.length) {
    return `${how}: expected ${stream.packets.length} packets, got ${outcome.packets.length}`;
  }
  const wrong = stream.packets.findIndex((packet, index) => !sameBytes(packet, outcome.packets[index]));
  return wrong < 0 ? undefined : `${how}: packet ${wrong + 1} is not the one that was sent`;
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}
