import { GobError } from './gob-error.js';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Values that may be passed over: enough for anything real, and milliseconds at the most. */
const MAX_SKIPPED = 100_000;

/**
 * A cursor over a gob stream that is all there. The stream is cut into messages, each behind its
 * length; nothing is read beyond the message that is open.
 */
export class GobInput {
  readonly #bytes: Uint8Array;
  #offset = 0;
  /** Where the open message ends. */
  #end = 0;
  #skipped = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes of the open message that are not read. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /**
   * Opens the message that begins here.
   * @throws GobError when the stream ends before it does
   */
  openMessage(): void {
    this.#end = this.#bytes.length;
    const length = this.length('a message');
    this.#end = this.#offset + length;
  }

  /** An unsigned integer. Above 2^53 it is not exact, but still too large for any use as a length or an id. */
  uint(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = 0x100 - first;
    if (count > 8) throw new GobError(`an integer of ${count} bytes; the most is 8`);
    if (count > this.remaining) throw new GobError('the message ends inside an integer');
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 0x100 + (this.#bytes[this.#offset + i] as number);
    this.#offset += count;
    return value;
  }

  /** A signed integer, exact where it is safe: the sign is the lowest bit. */
  int(): number {
    const unsigned = this.uint();
    return unsigned % 2 === 0 ? unsigned / 2 : -(unsigned - 1) / 2 - 1;
  }

  /** A count of bytes or of elements; each element takes a byte at least, so it cannot exceed what is left. */
  length(what: string): number {
    const length = this.uint();
    if (length > this.remaining) {
      throw new GobError(`${what} of length ${length}, but ${this.remaining} bytes are left`);
    }
    return length;
  }

  /** So many bytes, as a view. */
  bytes(what: string): Uint8Array {
    const length = this.length(what);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Passes over a count and so many bytes. @returns how many */
  skip(what: string): number {
    const length = this.length(what);
    this.#offset += length;
    return length;
  }

  /** Counts a value that is passed over. @throws GobError when there were too many */
  countSkipped(): void {
    if (++this.#skipped > MAX_SKIPPED) throw new GobError(`more than ${MAX_SKIPPED} values in unknown fields`);
  }

  /** Text; what is not UTF-8 becomes U+FFFD. */
  text(what: string): string {
    return utf8.decode(this.bytes(what));
  }

  #byte(): number {
    if (this.#offset >= this.#end) throw new GobError('the message ends too early');
    return this.#bytes[this.#offset++] as number;
  }
}
