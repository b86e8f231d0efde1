import { randomFillSync } from 'node:crypto';
import { MAX_KEY_BYTES } from './key-space.js';

/** A UTF-16 unit becomes at most three bytes. Before it a word with the number of the space, behind it the last word. */
const SCRATCH_WORDS = 1 + (MAX_KEY_BYTES * 3) / 4 + 1;
const KEY_AT = 4;
/** Of the parts that are hashed beside the units of the key: two of the space, and its length. */
const OTHER_PARTS = 3;
const utf8 = new TextEncoder();

/**
 * A key as words, and its hash: multiply-shift over parts of 16 bits (Dietzfelbinger, "Universal hashing and k-wise
 * independent random variables via integer arithmetic without primes", 1996), twice, for two halves of 16 bits. The
 * factors are secrets of this process: whatever keys somebody chooses, two of them meet once in 2^32.
 *
 * The words are the number of the space, the UTF-8 of the key, and behind it up to three zeros and a byte
 * of its length, so that keys can be compared by whole words.
 */
export class KeyHash {
  readonly words = new Int32Array(SCRATCH_WORDS);
  readonly #bytes = new Uint8Array(this.words.buffer);
  readonly #key = this.#bytes.subarray(KEY_AT);
  readonly #highFactors: Int32Array;
  readonly #lowFactors: Int32Array;
  /** Bytes of the key that was taken last. */
  length = 0;
  /** Words of it, with that of the space. */
  wordCount = 0;
  /** Its hash, as a signed number. */
  hash = 0;

  constructor() {
    this.#highFactors = randomFillSync(new Int32Array(OTHER_PARTS + MAX_KEY_BYTES));
    this.#lowFactors = randomFillSync(new Int32Array(OTHER_PARTS + MAX_KEY_BYTES));
  }

  /** @returns false when no store can hold the key: it is too long, or not valid text */
  take(spaceId: number, key: string): boolean {
    const highFactors = this.#highFactors;
    const lowFactors = this.#lowFactors;
    const bytes = this.#bytes;
    let { length } = key;
    if (length > MAX_KEY_BYTES) return false;
    let high = partsOf(highFactors, spaceId, length);
    let low = partsOf(lowFactors, spaceId, length);
    let bits = 0;
    for (let at = 0; at < length; at++) {
      const unit = key.charCodeAt(at);
      bits |= unit;
      bytes[KEY_AT + at] = unit;
      high = (high + Math.imul(unit, highFactors[OTHER_PARTS + at] as number)) | 0;
      low = (low + Math.imul(unit, lowFactors[OTHER_PARTS + at] as number)) | 0;
    }
    this.hash = (high & -65_536) | (low >>> 16);
    if (bits > 0x7f) {
      if (!key.isWellFormed()) return false;
      length = utf8.encodeInto(key, this.#key).written;
    }
    const { words } = this;
    const last = 1 + (length >> 2);
    words[0] = spaceId;
    words[last] = ((words[last] as number) & ((1 << ((length & 3) << 3)) - 1)) | (length << 24);
    this.wordCount = last + 1;
    this.length = length;
    return true;
  }
}

function partsOf(factors: Int32Array, spaceId: number, length: number): number {
  const space = Math.imul(spaceId & 0xffff, factors[0] as number) + Math.imul(spaceId >>> 16, factors[1] as number);
  return (space + Math.imul(length, factors[2] as number)) | 0;
}
