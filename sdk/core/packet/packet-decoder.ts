import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  Compression,
  PACKET_HEADER_BYTES,
  PacketType,
  readPacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { PACKET_VERSION, Packet } from './packet.js';

export interface PacketDecoderOptions {
  /** Largest payload to accept, in bytes as it travels. */
  readonly maxPayloadBytes: number;
}

const FIRST_PENDING_BYTES = 256;
const LAST_TYPE = PacketType.RESPONSE;
const LAST_COMPRESSION = Compression.ZLIB;
/** Lent to a decoder for the time of one `push`, during which another decoder may be given bytes, too. */
const idlePackets: Packet[] = [];

/**
 * Cuts a byte stream into packets, whatever its segmentation. Whole packets are views of the
 * input; only a packet that is split between two inputs is copied together, in a buffer that
 * grows with the bytes that arrived, not with the length that was declared.
 *
 * The source of the format is `polywire.transport.v1.PacketHeader`.
 */
export class PacketDecoder {
  readonly #options: PacketDecoderOptions;
  /** The beginning of a split packet: #pending[0, #have). */
  #pending: Uint8Array = EMPTY_BYTES;
  #have = 0;

  constructor(options: PacketDecoderOptions) {
    this.#options = options;
  }

  /** Bytes of an unfinished packet that are kept. */
  get pendingBytes(): number {
    return this.#have;
  }

  /**
   * Calls `onPacket` for every packet that `bytes` completes, with the packet and with `context`. The
   * packet is borrowed: one object for all, valid until `onPacket` returns.
   *
   * @throws PolywireError UNSUPPORTED_VERSION, MALFORMED_PACKET or PACKET_TOO_LARGE. The stream
   * cannot be read on after that.
   */
  push<Context = undefined>(
    bytes: Uint8Array,
    onPacket: (packet: Packet, context: Context) => void,
    context?: Context,
  ): void {
    const packet = idlePackets.pop() ?? new Packet();
    try {
      const at = this.#have > 0 ? this.#complete(packet, bytes, onPacket, context as Context) : 0;
      if (at < bytes.length) this.#cut(packet, bytes, at, onPacket, context as Context);
    } finally {
      // The input is borrowed: nothing of it is kept alive.
      packet.bytes = EMPTY_BYTES;
      idlePackets.push(packet);
    }
  }

  /** Hands out the packets that begin at `at`, and keeps the beginning of one that does not end here. */
  #cut<Context>(
    packet: Packet,
    bytes: Uint8Array,
    at: number,
    onPacket: (packet: Packet, context: Context) => void,
    context: Context,
  ): void {
    const end = bytes.length;
    while (end - at >= PACKET_HEADER_BYTES) {
      const length = this.#readHeader(packet, bytes, at);
      if (end - at < length) break;
      at += length;
      onPacket(packet, context);
    }
    if (at < end) this.#keep(bytes.subarray(at));
  }

  /** Completes the split packet, if `bytes` has enough. @returns how many of them it took */
  #complete<Context>(
    packet: Packet,
    bytes: Uint8Array,
    onPacket: (packet: Packet, context: Context) => void,
    context: Context,
  ): number {
    let at = this.#fill(bytes, PACKET_HEADER_BYTES);
    if (this.#have < PACKET_HEADER_BYTES) return at;
    const length = this.#readHeader(packet, this.#pending, 0);
    at += this.#fill(bytes.subarray(at), length);
    if (this.#have < length) return at;
    // Filling may have moved the bytes into a larger buffer.
    packet.bytes = this.#pending;
    // A connection that is idle between two packets owns no buffer.
    this.#pending = EMPTY_BYTES;
    this.#have = 0;
    onPacket(packet, context);
    return at;
  }

  /** Reads and checks the header at `start`; returns the length of the whole packet. */
  #readHeader(packet: Packet, bytes: Uint8Array, start: number): number {
    readPacketHeader(bytes, start, packet);
    // Only when it is another one: the collector is told of every write.
    if (packet.bytes !== bytes) packet.bytes = bytes;
    packet.start = start;
    const { maxPayloadBytes } = this.#options;
    const isKnown = packet.version === PACKET_VERSION && packet.packetType <= LAST_TYPE;
    if (!isKnown || packet.compression > LAST_COMPRESSION || packet.payloadLen > maxPayloadBytes) {
      throw headerFault(packet, maxPayloadBytes);
    }
    return PACKET_HEADER_BYTES + packet.extLen + packet.payloadLen;
  }

  /** Moves bytes over until `length` are pending; returns how many it took. */
  #fill(bytes: Uint8Array, length: number): number {
    const count = Math.min(bytes.length, Math.max(0, length - this.#have));
    if (count > 0) this.#keep(bytes.subarray(0, count));
    return count;
  }

  #keep(bytes: Uint8Array): void {
    const needed = this.#have + bytes.length;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pending.length * 2, FIRST_PENDING_BYTES));
      grown.set(this.#pending.subarray(0, this.#have));
      this.#pending = grown;
    }
    this.#pending.set(bytes, this.#have);
    this.#have = needed;
  }
}

/** Why a header is not taken. Apart from the reading, which is run for every packet and stays short so. */
function headerFault(packet: Packet, maxPayloadBytes: number): PolywireError {
  const { version, packetType, compression, payloadLen } = packet;
  if (version !== PACKET_VERSION) {
    return new PolywireError(
      ErrorCode.UNSUPPORTED_VERSION,
      `packet version ${version} is not spoken here; this side speaks version ${PACKET_VERSION}`,
      { details: { version: String(version) } },
    );
  }
  if (packetType > LAST_TYPE) {
    return new PolywireError(ErrorCode.MALFORMED_PACKET, `packet type ${packetType} is not known`);
  }
  if (compression > LAST_COMPRESSION) {
    return new PolywireError(ErrorCode.MALFORMED_PACKET, `compression ${compression} is not known`);
  }
  return new PolywireError(
    ErrorCode.PACKET_TOO_LARGE,
    `a payload of ${payloadLen} bytes is announced; the limit is ${maxPayloadBytes}`,
    { details: { length: String(payloadLen), limit: String(maxPayloadBytes) } },
  );
}
