import { ZstdError } from './backward-bits.js';
import { MAX_BLOCK_BYTES } from './literals.js';

const FIRST_BYTES = 4_096;

/** What has been inflated. It grows with that, not with what was announced. */
export class InflatedBytes {
  readonly #maxBytes: number;
  #bytes: Uint8Array;
  #length = 0;
  #blockEnd = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#bytes = new Uint8Array(Math.min(FIRST_BYTES, maxBytes));
  }

  get length(): number {
    return this.#length;
  }

  /** What comes now belongs to another block: it has room for so much. */
  beginBlock(): void {
    this.#blockEnd = Math.min(this.#length + MAX_BLOCK_BYTES, this.#maxBytes);
  }

  /** Adds from[start, end). */
  append(from: Uint8Array, start: number, end: number): void {
    const at = this.#grow(end - start);
    this.#bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
  }

  fill(value: number, count: number): void {
    const at = this.#grow(count);
    this.#bytes.fill(value, at, at + count);
  }

  /** Adds a copy of what lies `offset` bytes back; the copy may run into itself. */
  repeat(offset: number, count: number): void {
    if (offset < 1 || offset > this.#length) throw new ZstdError('a match is too far back');
    const at = this.#grow(count);
    const bytes = this.#bytes;
    if (offset >= count) {
      bytes.copyWithin(at, at - offset, at - offset + count);
    } else {
      for (let to = at; to < at + count; to++) bytes[to] = bytes[to - offset] as number;
    }
  }

  /** Everything. Nothing may be added after that. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @returns where the new bytes go */
  #grow(count: number): number {
    const at = this.#length;
    const end = at + count;
    if (end > this.#blockEnd) throw new ZstdError('it is more than it may be');
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(Math.max(end, this.#bytes.length * 2), this.#maxBytes));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    this.#length = end;
    return at;
  }
}
