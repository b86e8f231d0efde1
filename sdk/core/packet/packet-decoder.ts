import { PACKET_HEADER_BYTES } from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { MessageDecoder, type OnPacket } from './message-decoder.js';
import type { Packet } from './packet.js';

const FIRST_PENDING_BYTES = 256;

/**
 * Cuts a byte stream into packets, whatever its segmentation. Whole packets are views of the
 * input; only a packet that is split between two inputs is copied together, in a buffer that
 * grows with the bytes that arrived, not with the length that was declared.
 */
export class PacketDecoder extends MessageDecoder {
  /** The beginning of a split packet: #pending[0, #have). */
  #pending: Uint8Array = EMPTY_BYTES;
  #have = 0;

  /** Bytes of an unfinished packet that are kept. */
  get pendingBytes(): number {
    return this.#have;
  }

  protected override complete<Context>(
    packet: Packet,
    bytes: Uint8Array,
    onPacket: OnPacket<Context>,
    context: Context,
  ): number {
    if (this.#have === 0) return 0;
    let at = this.#fill(bytes, PACKET_HEADER_BYTES);
    if (this.#have < PACKET_HEADER_BYTES) return at;
    const length = this.readHeader(packet, this.#pending, 0);
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

  /** Moves bytes over until `length` are pending; returns how many it took. */
  #fill(bytes: Uint8Array, length: number): number {
    const count = Math.min(bytes.length, Math.max(0, length - this.#have));
    if (count > 0) this.keep(bytes.subarray(0, count));
    return count;
  }

  protected override keep(bytes: Uint8Array): void {
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
