/** The bytes are no zstd frame that can be inflated here. */
export class ZstdError extends Error {}

/** Index of the highest bit that is set; -1 for 0. */
export function highestBit(value: number): number {
  return 31 - Math.clz32(value);
}

/** Longest value that `read` gives at once. */
const MAX_READ_BITS = 16;

/**
 * A bit stream that is read from its end, where its highest bit that is set is a mark (RFC 8878
 * section 4.1). Beyond the beginning there are zeros; `left` is negative then.
 */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** Bits that are not read yet. */
  left: number;

  /** @throws ZstdError when there is no mark */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] as number) : 0;
    if (last === 0) throw new ZstdError('a bit stream has no mark');
    this.#bytes = bytes;
    this.#start = start;
    this.left = (end - start - 1) * 8 + highestBit(last);
  }

  /** The next bits, at most 16, without taking them. */
  peek(count: number): number {
    const low = this.left - count;
    if (low < 0) return this.left <= 0 ? 0 : (this.#bitsAt(0) & ((1 << this.left) - 1)) << -low;
    return this.#bitsAt(low) & ((1 << count) - 1);
  }

  /** Takes bits, at most 31. */
  read(count: number): number {
    if (count > MAX_READ_BITS) {
      const high = this.read(count - MAX_READ_BITS);
      return (high << MAX_READ_BITS) | this.read(MAX_READ_BITS);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  /** At least 17 bits from this one on. Those beyond the end are not asked for. */
  #bitsAt(bit: number): number {
    const at = this.#start + (bit >> 3);
    const bytes = this.#bytes;
    return ((bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)) >>> (bit & 7);
  }
}
