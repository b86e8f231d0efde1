import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { ByteBudget } from '../../sessions/byte-budget.js';

const LENGTH_BYTES = 4;
const FIRST_KEPT_BYTES = 256;
/** A buffer that is larger than this is given back when nothing is in it. */
const MAX_IDLE_BYTES = 4_096;

export interface FrameDecoderOptions {
  /** Largest frame, without its length. */
  readonly maxFrameBytes: number;
  /** What buffers are taken from. */
  readonly budget: ByteBudget;
}

/**
 * Cuts a byte stream into frames: four bytes of length, big-endian, then so many bytes. A frame
 * that is whole in the input is a view of it; only what is split between inputs, or has to wait, is
 * copied, in a buffer that grows with the bytes that arrived, not with the length that was declared.
 *
 * One input after the other: `push`, then `peek` and `consume` as often as wanted, then `settle`.
 */
export class FrameDecoder {
  /** The frame that `peek` found is `bytes` from `start` to `end`. Borrowed until `settle` or the next `peek`. */
  bytes: Uint8Array = EMPTY_BYTES;
  start = 0;
  end = 0;
  readonly #options: FrameDecoderOptions;
  #input: Uint8Array = EMPTY_BYTES;
  #at = 0;
  // What came before the input and is not consumed: #kept[#from, #to).
  #kept: Uint8Array = EMPTY_BYTES;
  #from = 0;
  #to = 0;

  constructor(options: FrameDecoderOptions) {
    this.#options = options;
  }

  /** Bytes that wait in a buffer of this decoder. */
  get keptBytes(): number {
    return this.#to - this.#from;
  }

  /** Begins the next input. Borrowed until `settle`. */
  push(input: Uint8Array): void {
    this.#input = input;
    this.#at = 0;
  }

  /**
   * Looks for the next whole frame; false: more bytes are needed. Repeated calls find the same one.
   * @throws PolywireError PACKET_TOO_LARGE, or RESOURCE_EXHAUSTED when the budget is spent. The
   * stream cannot be read on after that.
   */
  peek(): boolean {
    if (this.#to > this.#from) return this.#peekKept();
    const rest = this.#input.length - this.#at;
    if (rest < LENGTH_BYTES) return false;
    const length = this.#readLength(this.#input, this.#at);
    if (rest - LENGTH_BYTES < length) return false;
    this.#found(this.#input, this.#at, length);
    return true;
  }

  /** Passes over the frame that `peek` found. */
  consume(): void {
    if (this.#to === this.#from) {
      this.#at = this.end;
      return;
    }
    this.#from = this.end;
    if (this.#from === this.#to) {
      this.#from = 0;
      this.#to = 0;
    }
  }

  /**
   * Ends the input: what is not consumed is kept.
   * @throws PolywireError RESOURCE_EXHAUSTED when the budget is spent
   */
  settle(): void {
    if (this.#at < this.#input.length) this.#keep(this.#input.subarray(this.#at));
    this.#input = EMPTY_BYTES;
    this.#at = 0;
    if (this.#to === this.#from && this.#kept.length > MAX_IDLE_BYTES) this.release();
  }

  /** Drops everything and gives the buffer back. */
  release(): void {
    this.#options.budget.give(this.#kept.length);
    this.#kept = EMPTY_BYTES;
    this.#from = 0;
    this.#to = 0;
    this.#input = EMPTY_BYTES;
    this.#at = 0;
  }

  #peekKept(): boolean {
    if (!this.#fill(LENGTH_BYTES)) return false;
    const length = this.#readLength(this.#kept, this.#from);
    if (!this.#fill(LENGTH_BYTES + length)) return false;
    this.#found(this.#kept, this.#from, length);
    return true;
  }

  #found(bytes: Uint8Array, at: number, length: number): void {
    // Most frames follow one another in the same bytes, and a new reference is work for the garbage collector.
    if (this.bytes !== bytes) this.bytes = bytes;
    this.start = at + LENGTH_BYTES;
    this.end = this.start + length;
  }

  #readLength(bytes: Uint8Array, at: number): number {
    const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    const length = high * 0x1_0000 + low;
    const { maxFrameBytes } = this.#options;
    if (length <= maxFrameBytes) return length;
    throw new PolywireError(
      ErrorCode.PACKET_TOO_LARGE,
      `frame too large: ${length} bytes are announced; the limit is ${maxFrameBytes} (kv_wire.max_frame_bytes)`,
      { details: { length: String(length), limit: String(maxFrameBytes) } },
    );
  }

  /** Moves input over until `count` bytes are kept; false: there are not so many. */
  #fill(count: number): boolean {
    const missing = count - (this.#to - this.#from);
    if (missing <= 0) return true;
    const taken = Math.min(missing, this.#input.length - this.#at);
    if (taken > 0) this.#keep(this.#input.subarray(this.#at, this.#at + taken));
    this.#at += taken;
    return taken === missing;
  }

  #keep(bytes: Uint8Array): void {
    const needed = this.#to - this.#from + bytes.length;
    if (needed > this.#kept.length) this.#grow(needed);
    else if (this.#to + bytes.length > this.#kept.length) this.#moveTo(this.#kept);
    this.#kept.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  #grow(needed: number): void {
    const { budget, maxFrameBytes } = this.#options;
    const doubled = Math.min(Math.max(this.#kept.length * 2, FIRST_KEPT_BYTES), LENGTH_BYTES + maxFrameBytes);
    const byteCount = Math.max(needed, doubled);
    // The old buffer lives until its bytes are moved, but not beyond this call.
    if (!budget.take(byteCount - this.#kept.length)) {
      throw new PolywireError(
        ErrorCode.RESOURCE_EXHAUSTED,
        `unfinished requests of all connections hold ${budget.used} bytes; ` +
          `the limit is ${budget.limit} (kv_wire.max_buffered_bytes)`,
        { details: { limit: String(budget.limit) } },
      );
    }
    this.#moveTo(new Uint8Array(byteCount));
  }

  #moveTo(target: Uint8Array): void {
    const byteCount = this.#to - this.#from;
    target.set(this.#kept.subarray(this.#from, this.#to));
    this.#kept = target;
    this.#from = 0;
    this.#to = byteCount;
  }
}
