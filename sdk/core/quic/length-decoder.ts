import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../error.js';
import { LENGTH_BYTES } from './packet-queue.js';

const FIRST_PENDING_BYTES = 256;

/**
 * Cuts a stream into packets, each of which has its length before it (u32, big-endian). Whole
 * packets are views of the input; only one that is split between two inputs is copied together,
 * in a buffer that grows with the bytes that arrived, not with the length that was announced.
 * A length of 0 announces nothing and is passed over: it makes a stream visible to the other side.
 */
export class LengthDecoder {
  readonly #maxPacketBytes: number;
  // The beginning of a split packet with its length: #pending[0, #have).
  #pending: Uint8Array = new Uint8Array(0);
  #have = 0;

  constructor(maxPacketBytes: number) {
    this.#maxPacketBytes = maxPacketBytes;
  }

  /** Bytes of an unfinished packet that are kept. */
  get pendingBytes(): number {
    return this.#have;
  }

  /**
   * Calls `onPacket` for every packet that `bytes` completes, borrowed until it returns.
   * @throws PolywireError PACKET_TOO_LARGE; the stream cannot be read on after that
   */
  push(bytes: Uint8Array, onPacket: (packet: Uint8Array) => void): void {
    let at = 0;
    if (this.#have > 0) {
      at = this.#fill(bytes, LENGTH_BYTES);
      if (this.#have < LENGTH_BYTES) return;
      const end = LENGTH_BYTES + this.#lengthAt(this.#pending, 0);
      at += this.#fill(bytes.subarray(at), end);
      if (this.#have < end) return;
      const whole = this.#pending.subarray(LENGTH_BYTES, end);
      this.#have = 0;
      // A buffer that grew for one large packet is not kept: it would hold that memory for ever.
      if (this.#pending.length > MAX_KEPT_BYTES) this.#pending = new Uint8Array(0);
      if (whole.length > 0) onPacket(whole);
    }
    while (bytes.length - at >= LENGTH_BYTES) {
      const start = at + LENGTH_BYTES;
      const length = this.#lengthAt(bytes, at);
      if (bytes.length - start < length) break;
      at = start + length;
      if (length > 0) onPacket(bytes.subarray(start, at));
    }
    if (at < bytes.length) this.#keep(bytes.subarray(at));
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length =
      (bytes[at] as number) * 0x1000000 +
      (((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
    if (length > this.#maxPacketBytes) throw packetTooLarge(length, this.#maxPacketBytes);
    return length;
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

const MAX_KEPT_BYTES = 65_536;

/** The error of a packet that is longer than this side accepts. */
export function packetTooLarge(length: number, limit: number): PolywireError {
  return new PolywireError(
    ErrorCode.PACKET_TOO_LARGE,
    `a packet of ${length} bytes or more is announced; the limit is ${limit}`,
    { details: { length: String(length), limit: String(limit) } },
  );
}
