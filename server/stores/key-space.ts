import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { writeUint64 } from './value-header.js';

/** Longest key in bytes of UTF-8, in every store. */
export const MAX_KEY_BYTES = 1024;
/** Longest name of a space in bytes of UTF-8. With a key and a deadline it stays below LMDB's limit of 1,978. */
export const MAX_SPACE_BYTES = 512;

const DEADLINE_BYTES = 8;
const SPACE_LENGTH_BYTES = 2;
/** Room for one more code point, so that a text that is cut stays longer than every key. */
const SPARE_BYTES = 4;

/** False: no store can hold this key, because it is too long or has no UTF-8 form (a lone surrogate). */
export function isStorableKey(key: string): boolean {
  return isShorterThan(key, MAX_KEY_BYTES) && key.isWellFormed();
}

/** @throws PolywireError KEY_TOO_LONG, INVALID_ARGUMENT */
export function checkKey(key: string): void {
  if (!isShorterThan(key, MAX_KEY_BYTES)) {
    const length = Buffer.byteLength(key);
    throw new PolywireError(
      ErrorCode.KEY_TOO_LONG,
      `the key has ${length} bytes of UTF-8; at most ${MAX_KEY_BYTES} are allowed`,
      { details: { field: 'key', limit: String(MAX_KEY_BYTES), length: String(length) } },
    );
  }
  if (!key.isWellFormed()) throw invalid('the key holds half of a surrogate pair, which UTF-8 cannot express');
}

/** @throws PolywireError INVALID_ARGUMENT */
export function checkSpace(space: string): void {
  if (!isShorterThan(space, MAX_SPACE_BYTES) || !space.isWellFormed()) {
    throw invalid(`the name of a space must be valid text of at most ${MAX_SPACE_BYTES} bytes of UTF-8`);
  }
}

/** Compares two texts as their UTF-8 bytes compare, which is not how JavaScript orders surrogate pairs. */
export function compareUtf8(left: string, right: string): number {
  const common = Math.min(left.length, right.length);
  for (let index = 0; index < common; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return utf8Rank(a) - utf8Rank(b);
  }
  return left.length - right.length;
}

/** In UTF-8 surrogate pairs (code points from 0x10000) come after 0xE000-0xFFFF, in UTF-16 before. */
function utf8Rank(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit < 0xe000 ? codeUnit + 0x2000 : codeUnit - 0x800;
}

/**
 * Binary keys of an ordered store: [length of the space u16][space][key]. The length in front keeps
 * spaces apart whatever bytes they hold, and keys of a space in the order of their UTF-8.
 * Every returned view is valid until the next call.
 */
export class BinaryKeys {
  readonly #bytes = Buffer.alloc(DEADLINE_BYTES + SPACE_LENGTH_BYTES + MAX_SPACE_BYTES + MAX_KEY_BYTES + SPARE_BYTES);
  #space: string | undefined;
  #keyAt = 0;

  /** The row of a key. The caller has checked the space; a text longer than any key is cut, which keeps its order. */
  data(space: string, key: string): Buffer {
    this.#useSpace(space);
    return this.#bytes.subarray(DEADLINE_BYTES, this.#keyAt + this.#bytes.write(key, this.#keyAt));
  }

  /** The row of a key in the index of deadlines: [deadline u64] and the key's row. */
  deadline(deadlineMs: number, space: string, key: string): Buffer {
    this.#useSpace(space);
    writeUint64(this.#bytes, 0, deadlineMs);
    return this.#bytes.subarray(0, this.#keyAt + this.#bytes.write(key, this.#keyAt));
  }

  #useSpace(space: string): void {
    if (this.#space === space) return;
    const written = this.#bytes.write(space, DEADLINE_BYTES + SPACE_LENGTH_BYTES);
    this.#bytes.writeUInt16BE(written, DEADLINE_BYTES);
    this.#keyAt = DEADLINE_BYTES + SPACE_LENGTH_BYTES + written;
    this.#space = space;
  }
}

/** Reads back what `BinaryKeys.data` wrote, from `offset` on. */
export function readDataKey(bytes: Uint8Array, offset = 0): { space: string; key: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spaceAt = offset + SPACE_LENGTH_BYTES;
  const keyAt = spaceAt + buffer.readUInt16BE(offset);
  return { space: buffer.toString('utf8', spaceAt, keyAt), key: buffer.toString('utf8', keyAt) };
}

/** The first binary key after every key that begins with `prefix`. The prefix has at least two bytes. */
export function endOfPrefix(prefix: Uint8Array): Buffer {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  // Neither UTF-8 nor the length of an empty space ends with 0xff, so there is never a carry.
  end[last] = (end[last] ?? 0) + 1;
  return end;
}

function isShorterThan(text: string, maxBytes: number): boolean {
  // A UTF-16 unit becomes at most three bytes.
  return text.length * 3 <= maxBytes || (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes);
}

function invalid(message: string): PolywireError {
  return new PolywireError(ErrorCode.INVALID_ARGUMENT, message, { details: { field: 'key' } });
}
