import type { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { KeyHash } from './key-hash.js';
import { blockBytesFor, type Chunk, MAX_BLOCK_BYTES, RecordBlocks, wordOffsetOf } from './record-blocks.js';
import { RecordIndex, type RecordMatch } from './record-index.js';
import type { StoredValue } from './store.js';

// Found when it is compiled, not looked up each time.
const setBytes = Uint8Array.prototype.set;

/**
 * A record: [revision f64][deadline f64][hash i32][bytes of the key and kind i32][bytes of the value i32], the
 * words of the space and the key, the value. A value that makes it longer than a block is outside, in an array of its own.
 */
const REVISION = 0;
const DEADLINE = 1;
const HASH = 4;
const KEY_AND_KIND = 5;
const VALUE_BYTES = 6;
const KEY_WORDS = 7;
const KIND_SHIFT = 16;
const KEY_MASK = 0xffff;
const SHORT_BYTES = 64;

/** What a record says beside its key. */
export type RecordContent = Omit<StoredValue, 'key'>;

/**
 * Records by space and key, in memory that the garbage collector does not look into. Their addresses
 * are above 0, and good until the record changes.
 */
export class RecordTable implements RecordMatch {
  readonly #keyHash = new KeyHash();
  readonly #index = new RecordIndex();
  readonly #blocks = new RecordBlocks();
  readonly #outside = new Map<number, Uint8Array>();
  /** By length: what short values are copied into to be lent. A view of them for each look costs more. */
  readonly #lent: Int32Array[] = [];
  readonly #lentBytes: Uint8Array[] = [];

  constructor() {
    for (let length = 0; length <= SHORT_BYTES; length++) {
      const words = new Int32Array((length + 3) >> 2);
      this.#lent.push(words);
      this.#lentBytes.push(new Uint8Array(words.buffer, 0, length));
    }
  }

  /** @returns the address of the record; 0: there is none */
  find(spaceId: number, key: string): number {
    return this.#keyHash.take(spaceId, key) ? this.#index.find(this.#keyHash.hash, this) : 0;
  }

  /** For the index: the record has the key that is looked for. */
  matches(address: number): boolean {
    const { words, wordCount, length } = this.#keyHash;
    const record = this.#blocks.chunkOf(address).words;
    const from = wordOffsetOf(address);
    if (((record[from + KEY_AND_KIND] as number) & KEY_MASK) !== length) return false;
    for (let at = 0; at < wordCount; at++) if (record[from + KEY_WORDS + at] !== words[at]) return false;
    return true;
  }

  /** Adds a record that is not there; the key must be storable. Copies the value. @returns its address */
  insert(spaceId: number, key: string, content: RecordContent): number {
    const keyHash = this.#keyHash;
    if (!keyHash.take(spaceId, key)) throw new Error('no store can hold this key');
    const { length, hash, words, wordCount } = keyHash;
    const address = this.#allocate(length, content.value.length);
    const chunk = this.#blocks.chunkOf(address);
    const from = wordOffsetOf(address);
    chunk.words[from + HASH] = hash;
    for (let at = 0; at < wordCount; at++) chunk.words[from + KEY_WORDS + at] = words[at] as number;
    this.#write(chunk, address, length, content);
    this.#index.add(hash, address);
    return address;
  }

  /** Changes a record. Copies the value. @returns its address, which is another one when it needs another block */
  overwrite(address: number, content: RecordContent): number {
    const chunk = this.#blocks.chunkOf(address);
    const from = wordOffsetOf(address);
    const keyLength = (chunk.words[from + KEY_AND_KIND] as number) & KEY_MASK;
    const before = chunk.words[from + VALUE_BYTES] as number;
    const { length } = content.value;
    if (before === length || blockOf(keyLength, before) === blockOf(keyLength, length)) {
      this.#write(chunk, address, keyLength, content);
      return address;
    }
    const moved = this.#allocate(keyLength, length);
    const target = this.#blocks.chunkOf(moved);
    const head = chunk.words.subarray(from, from + (valueOffset(keyLength) >> 2));
    target.words.set(head, wordOffsetOf(moved));
    this.#write(target, moved, keyLength, content);
    this.#index.move(chunk.words[from + HASH] as number, address, moved);
    this.#free(address);
    return moved;
  }

  remove(address: number): void {
    const hash = this.#blocks.chunkOf(address).words[wordOffsetOf(address) + HASH] as number;
    this.#index.remove(hash, address);
    this.#free(address);
  }

  revision(address: number): number {
    return this.#blocks.chunkOf(address).floats[(wordOffsetOf(address) >> 1) + REVISION] as number;
  }

  /** Unix milliseconds; 0: never. */
  expiresAtMs(address: number): number {
    return this.#blocks.chunkOf(address).floats[(wordOffsetOf(address) >> 1) + DEADLINE] as number;
  }

  /** Reads a record into `target`. The value is borrowed until the record changes. */
  read(address: number, target: { -readonly [Field in keyof RecordContent]: RecordContent[Field] }): void {
    const chunk = this.#blocks.chunkOf(address);
    const from = wordOffsetOf(address);
    const keyAndKind = chunk.words[from + KEY_AND_KIND] as number;
    const valueAt = valueOffset(keyAndKind & KEY_MASK);
    const length = chunk.words[from + VALUE_BYTES] as number;
    target.value =
      length <= SHORT_BYTES
        ? this.#copyShort(chunk.words, from + (valueAt >> 2), length)
        : valueAt + length > MAX_BLOCK_BYTES
          ? (this.#outside.get(address) as Uint8Array)
          : new Uint8Array(chunk.memory, from * 4 + valueAt, length);
    target.kind = (keyAndKind >> KIND_SHIFT) as ValueKind;
    target.revision = chunk.floats[(from >> 1) + REVISION] as number;
    target.expiresAtMs = chunk.floats[(from >> 1) + DEADLINE] as number;
  }

  #copyShort(source: Int32Array, from: number, length: number): Uint8Array {
    const target = this.#lent[length] as Int32Array;
    for (let at = 0; at < target.length; at++) target[at] = source[from + at] as number;
    return this.#lentBytes[length] as Uint8Array;
  }

  #allocate(keyLength: number, valueLength: number): number {
    const valueAt = valueOffset(keyLength);
    return this.#blocks.allocate(valueAt + valueLength > MAX_BLOCK_BYTES ? valueAt : valueAt + valueLength);
  }

  #free(address: number): void {
    this.#outside.delete(address);
    this.#blocks.free(address);
  }

  #write(chunk: Chunk, address: number, keyLength: number, content: RecordContent): void {
    const { value, kind } = content;
    const from = wordOffsetOf(address);
    const valueAt = valueOffset(keyLength);
    chunk.floats[(from >> 1) + REVISION] = content.revision;
    chunk.floats[(from >> 1) + DEADLINE] = content.expiresAtMs;
    chunk.words[from + KEY_AND_KIND] = keyLength | (kind << KIND_SHIFT);
    chunk.words[from + VALUE_BYTES] = value.length;
    if (valueAt + value.length <= MAX_BLOCK_BYTES) setBytes.call(chunk.bytes, value, from * 4 + valueAt);
    else this.#outside.set(address, new Uint8Array(value));
  }
}

/** Where in a record the value is: behind the words of the space and of the key, of which the last has the key's length. */
function valueOffset(keyLength: number): number {
  return (KEY_WORDS + 2 + (keyLength >> 2)) * 4;
}

/** Bytes of the block of a record; above MAX_BLOCK_BYTES: its value is outside. */
function blockOf(keyLength: number, valueLength: number): number {
  const whole = valueOffset(keyLength) + valueLength;
  return whole > MAX_BLOCK_BYTES ? MAX_BLOCK_BYTES + 1 : blockBytesFor(whole);
}
