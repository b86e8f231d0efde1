import type { Random } from '../random.js';

const MAX_BYTES = 65_536;
const MAX_CHANGE_BYTES = 128;

/**
 * Builds hostile inputs in one buffer: samples one after the other, with a few bytes changed. It
 * makes no garbage but what `take` returns, so that millions of inputs are cheap.
 */
export class ByteMutator {
  readonly #bytes = new Uint8Array(MAX_BYTES);
  #length = 0;

  /** @param edges what replaces bytes now and then: lengths and tags at their limits */
  constructor(
    private readonly samples: readonly Uint8Array[],
    private readonly edges: readonly Uint8Array[],
  ) {}

  get length(): number {
    return this.#length;
  }

  /** Appends a sample. @returns where it begins */
  appendSample(random: Random): number {
    const start = this.#length;
    const sample = random.pick(this.samples);
    if (start + sample.length <= MAX_BYTES) {
      this.#bytes.set(sample, start);
      this.#length = start + sample.length;
    }
    return start;
  }

  /** Changes something at or after `from`, which is not the end. */
  change(random: Random, from: number): void {
    const at = from + random.below(this.#length - from);
    switch (random.below(7)) {
      case 0:
        this.#bytes[at] = random.below(256);
        break;
      case 1:
        this.#bytes[at] = (this.#bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 2:
        this.#resize(at, 1 + random.below(4), 0);
        break;
      case 3: {
        const count = this.#resize(at, 0, 1 + random.below(8));
        for (let index = 0; index < count; index++) this.#bytes[at + index] = random.below(256);
        break;
      }
      case 4: {
        // What was at `at` is behind the room now: it is there twice.
        const count = this.#resize(at, 0, Math.min(random.below(60), this.#length - at));
        this.#bytes.copyWithin(at, at + count, at + 2 * count);
        break;
      }
      case 5: {
        const sample = random.pick(this.samples);
        const begin = random.below(sample.length + 1);
        this.#insert(at, 0, sample.subarray(begin, begin + MAX_CHANGE_BYTES));
        break;
      }
      default:
        this.#insert(at, random.below(3), random.pick(this.edges));
    }
  }

  /** Writes what is announced over the four bytes at `at`. */
  writeLength(at: number, length: number, littleEndian: boolean): void {
    for (let index = 0; index < 4; index++) {
      const shift = 8 * (littleEndian ? index : 3 - index);
      this.#bytes[at + index] = (length >>> shift) & 255;
    }
  }

  /** The input, which is the caller's; the next one begins. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #insert(at: number, removed: number, bytes: Uint8Array): void {
    const count = this.#resize(at, removed, bytes.length);
    this.#bytes.set(bytes.subarray(0, count), at);
  }

  /** Takes bytes out and makes room for others. @returns the room; less than was asked for when the buffer is full */
  #resize(at: number, removed: number, added: number): number {
    const rest = Math.min(at + removed, this.#length);
    const room = Math.min(added, MAX_BYTES - this.#length);
    this.#bytes.copyWithin(at + room, rest, this.#length);
    this.#length += room - (rest - at);
    return room;
  }
}

/** A buffer that stands for the read buffer of a socket: what is in it is gone at the next read. */
const readBuffer = new Uint8Array(MAX_BYTES);

/** Gives an input to `onPiece` in pieces, each borrowed until it returns. */
export function inPieces(random: Random, bytes: Uint8Array, onPiece: (piece: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; ) {
    const most = random.pick(sizes) ?? bytes.length;
    const size = Math.min(1 + random.below(most), bytes.length - at);
    readBuffer.set(bytes.subarray(at, at + size));
    onPiece(readBuffer.subarray(0, size));
    readBuffer.fill(0xee, 0, size);
    at += size;
  }
}

const sizes: readonly (number | undefined)[] = [1, 4, 40, undefined];
