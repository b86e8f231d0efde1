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

/**
 * Cuts a byte stream into packets, whatever its segmentation. Whole packets are views of the
 * input; only a packet that is split between two inputs is copied together, in a buffer that
 * grows with the bytes that arrived, not with the length that was declared.
 *
 * The source of the format is `polywire.transport.v1.PacketHeader`.
 */
export class PacketDecoder {
  readonly #options: PacketDecoderOptions;
  readonly #packet = new Packet();
  // The beginning of a split packet: #pending[0, #have).
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
   * Calls `onPacket` for every packet that `bytes` completes. The packet is borrowed: one object
   * for all, valid until `onPacket` returns.
   *
   * @throws PolywireError UNSUPPORTED_VERSION, MALFORMED_PACKET or PACKET_TOO_LARGE. The stream
   * cannot be read on after that.
   */
  push(bytes: Uint8Array, onPacket: (packet: Packet) => void): void {
    let at = 0;
    if (this.#have > 0) {
      at = this.#fill(bytes, PACKET_HEADER_BYTES);
      if (this.#have < PACKET_HEADER_BYTES) return;
      const length = this.#readHeader(this.#pending, viewOf(this.#pending), 0);
      at += this.#fill(bytes.subarray(at), length);
      if (this.#have < length) return;
      // Filling may have moved the bytes into a larger buffer.
      this.#packet.bytes = this.#pending;
      this.#have = 0;
      onPacket(this.#packet);
    }
    const end = bytes.length;
    if (at === end) return;
    const view = viewOf(bytes);
    while (end - at >= PACKET_HEADER_BYTES) {
      const length = this.#readHeader(bytes, view, at);
      if (end - at < length) break;
      at += length;
      onPacket(this.#packet);
    }
    // The input is borrowed: nothing of it is kept alive.
    this.#packet.bytes = EMPTY_BYTES;
    if (at < end) this.#keep(bytes.subarray(at));
  }

  /** Reads and checks the header at `start`; returns the length of the whole packet. */
  #readHeader(bytes: Uint8Array, view: DataView, start: number): number {
    const packet = this.#packet;
    readPacketHeader(view, start, packet);
    packet.bytes = bytes;
    packet.start = start;
    if (packet.version !== PACKET_VERSION) {
      throw new PolywireError(
        ErrorCode.UNSUPPORTED_VERSION,
        `packet version ${packet.version} is not spoken here; this side speaks version ${PACKET_VERSION}`,
        { details: { version: String(packet.version) } },
      );
    }
    if (packet.packetType > PacketType.RESPONSE || packet.compression > Compression.ZLIB) {
      const field = packet.packetType > PacketType.RESPONSE ? 'packet type' : 'compression';
      const value = packet.packetType > PacketType.RESPONSE ? packet.packetType : packet.compression;
      throw new PolywireError(ErrorCode.MALFORMED_PACKET, `${field} ${value} is not known`);
    }
    if (packet.payloadLen > this.#options.maxPayloadBytes) {
      throw new PolywireError(
        ErrorCode.PACKET_TOO_LARGE,
        `a payload of ${packet.payloadLen} bytes is announced; the limit is ${this.#options.maxPayloadBytes}`,
        { details: { length: String(packet.payloadLen), limit: String(this.#options.maxPayloadBytes) } },
      );
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
