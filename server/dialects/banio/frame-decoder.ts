import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';

const LENGTH_BYTES = 4;
const FIRST_BUFFER_BYTES = 256;

/**
 * Cuts a stream into frames: four bytes of length, little-endian, then so many bytes. A frame that
 * is whole in the input is a view of it; what has to wait is copied, into a buffer that grows with what
 * has arrived, not with what was announced.
 *
 * One input after the other: `push`, then `next` as often as wanted, then `settle`.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  // What is not read yet: #bytes[#at, #end), either the input or a buffer of this decoder.
  #bytes: Uint8Array = EMPTY_BYTES;
  #at = 0;
  #end = 0;
  #isOwn = false;

  /** @param maxFrameBytes longest frame, without its length */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes that are not read. */
  get waitingBytes(): number {
    return this.#end - this.#at;
  }

  /** Begins the next input, borrowed until `settle`. */
  push(input: Uint8Array): void {
    if (this.waitingBytes > 0) {
      this.#append(input);
      return;
    }
    this.#bytes = input;
    this.#at = 0;
    this.#end = input.length;
    this.#isOwn = false;
  }

  /**
   * The next whole frame, borrowed until the next `push` or `settle`; undefined: more bytes are
   * needed. Empty frames are legal and say nothing: they are passed over.
   * @throws PolywireError PACKET_TOO_LARGE; the stream cannot be read on
   */
  next(): Uint8Array | undefined {
    while (this.waitingBytes >= LENGTH_BYTES) {
      const length = this.#readLength();
      const start = this.#at + LENGTH_BYTES;
      if (this.#end - start < length) return undefined;
      this.#at = start + length;
      if (length > 0) return this.#bytes.subarray(start, this.#at);
    }
    return undefined;
  }

  /** Ends the input: what is not read is kept. */
  settle(): void {
    if (this.waitingBytes === 0) this.clear();
    else if (!this.#isOwn) this.#append(EMPTY_BYTES);
  }

  /** Drops everything. */
  clear(): void {
    this.#bytes = EMPTY_BYTES;
    this.#at = 0;
    this.#end = 0;
  }

  #readLength(): number {
    const [bytes, at] = [this.#bytes, this.#at];
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const length = low + (bytes[at + 3] as number) * 0x100_0000;
    if (length <= this.#maxFrameBytes) return length;
    throw new PolywireError(
      ErrorCode.PACKET_TOO_LARGE,
      `frame too large: ${length} bytes are announced; the limit is ${this.#maxFrameBytes} (banio.max_frame_bytes)`,
      { details: { length: String(length), limit: String(this.#maxFrameBytes) } },
    );
  }

  #append(input: Uint8Array): void {
    const waiting = this.waitingBytes;
    const needed = waiting + input.length;
    if (!this.#isOwn || this.#end + input.length > this.#bytes.length) {
      const target = Buffer.allocUnsafe(Math.max(needed, waiting * 2, FIRST_BUFFER_BYTES));
      target.set(this.#bytes.subarray(this.#at, this.#end));
      this.#bytes = target;
      this.#at = 0;
      this.#end = waiting;
      this.#isOwn = true;
    }
    this.#bytes.set(input, this.#end);
    this.#end += input.length;
  }
}
