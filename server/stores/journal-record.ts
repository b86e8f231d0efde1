import { createHmac } from 'node:crypto';
import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { BinaryKeys, readDataKey } from './key-space.js';
import type { StoreChange } from './store.js';
import { readUint64, readValueHeader, VALUE_HEADER_BYTES, writeUint64, writeValueHeader } from './value-header.js';

/**
 * Every record begins at a multiple of this, and is filled up with zeros to the next: a write that is cut
 * short harms no record before it.
 */
export const BLOCK_BYTES = 4096;
/** "PWJ1" */
const MAGIC = 0x50_57_4a_31;
const CHECKSUM_AT = 8;
const CHECKSUM_BYTES = 16;
const PAYLOAD_AT = CHECKSUM_AT + CHECKSUM_BYTES;
const CHANGES_AT = PAYLOAD_AT + 20;
const CHANGE_HEADER_BYTES = 6;
/** The length of the space's name. */
const MIN_KEY_BYTES = 2;
const INITIAL_BYTES = 16 * BLOCK_BYTES;
/** Memory that is kept for the next record. */
const MAX_KEPT_BYTES = 1024 * 1024;
const NOTHING = new Uint8Array(0);

/** Changes that reached the journal with one flush. */
export interface JournalRecord {
  /** Unix milliseconds up to which deadlines had been seen to pass. */
  readonly lastSeenMs: number;
  /** Numbered without gaps; empty: the record tells the time alone. A removal has no reason left: DELETED. */
  readonly changes: readonly StoreChange[];
}

/**
 * Gathers changes for one record:
 * [magic u32][payload bytes u32][checksum 16 bytes] and the payload
 * [first revision u64][last seen u64][count u32], then for each change
 * [key bytes u16][value bytes u32][key as `BinaryKeys.data`][value header, value]; no value: removed. Big-endian.
 *
 * The checksum is an HMAC with the secret of the store: bytes of a value that look like a record are none.
 */
export class RecordWriter {
  readonly #keys = new BinaryKeys();
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  #end = CHANGES_AT;
  #count = 0;
  #firstRevision = 0;
  #lastSeenMs = 0;

  /** The changes follow those that were added before. Copies what it needs. */
  add(changes: readonly StoreChange[], lastSeenMs: number): void {
    if (this.#count === 0) this.#firstRevision = changes[0]?.entry.revision ?? 0;
    this.#count += changes.length;
    this.#lastSeenMs = lastSeenMs;
    for (const change of changes) this.#change(change);
  }

  /** The record, valid until `reset`. */
  finish(secret: Uint8Array): Buffer {
    const length = Math.ceil(this.#end / BLOCK_BYTES) * BLOCK_BYTES;
    this.#reserve(length - this.#end);
    const bytes = this.#bytes;
    bytes.fill(0, this.#end, length);
    bytes.writeUInt32BE(MAGIC, 0);
    bytes.writeUInt32BE(this.#end - PAYLOAD_AT, 4);
    writeUint64(bytes, PAYLOAD_AT, this.#firstRevision);
    writeUint64(bytes, PAYLOAD_AT + 8, this.#lastSeenMs);
    bytes.writeUInt32BE(this.#count, PAYLOAD_AT + 16);
    checksumOf(bytes.subarray(PAYLOAD_AT, this.#end), secret).copy(bytes, CHECKSUM_AT);
    return bytes.subarray(0, length);
  }

  /** Begins the next record. */
  reset(): void {
    this.#end = CHANGES_AT;
    this.#count = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  }

  #change({ space, type, entry }: StoreChange): void {
    const { value } = entry;
    const key = this.#keys.data(space, entry.key);
    this.#reserve(CHANGE_HEADER_BYTES + key.length + VALUE_HEADER_BYTES + value.length);
    const bytes = this.#bytes;
    const isSet = type === ChangeKind.SET;
    bytes.writeUInt16BE(key.length, this.#end);
    bytes.writeUInt32BE(isSet ? VALUE_HEADER_BYTES + value.length : 0, this.#end + 2);
    this.#end += CHANGE_HEADER_BYTES;
    bytes.set(key, this.#end);
    this.#end += key.length;
    if (!isSet) return;
    writeValueHeader(bytes, this.#end, entry);
    bytes.set(value, this.#end + VALUE_HEADER_BYTES);
    this.#end += VALUE_HEADER_BYTES + value.length;
  }

  #reserve(byteCount: number): void {
    const needed = this.#end + byteCount;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed + BLOCK_BYTES, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/**
 * All whole records in the bytes of a segment, in order. Blocks in which none begins are passed over: what
 * was cut short, zeros, the rest of longer records that were there before. Values are views of the bytes.
 */
export function readRecords(segment: Uint8Array, secret: Uint8Array): JournalRecord[] {
  const bytes = Buffer.from(segment.buffer, segment.byteOffset, segment.byteLength);
  const records: JournalRecord[] = [];
  for (let at = 0; at + CHANGES_AT <= bytes.length; ) {
    const end = endOfRecord(bytes, at, secret);
    const record = end === undefined ? undefined : readPayload(bytes.subarray(at + PAYLOAD_AT, end));
    if (record === undefined || end === undefined) {
      at += BLOCK_BYTES;
      continue;
    }
    records.push(record);
    at = Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return records;
}

function endOfRecord(bytes: Buffer, at: number, secret: Uint8Array): number | undefined {
  if (bytes.readUInt32BE(at) !== MAGIC) return undefined;
  const start = at + PAYLOAD_AT;
  const end = start + bytes.readUInt32BE(at + 4);
  if (end > bytes.length) return undefined;
  return checksumOf(bytes.subarray(start, end), secret).equals(bytes.subarray(at + CHECKSUM_AT, start))
    ? end
    : undefined;
}

/** Undefined: not of this form, although the checksum is right. */
function readPayload(payload: Buffer): JournalRecord | undefined {
  if (payload.length < CHANGES_AT - PAYLOAD_AT) return undefined;
  const firstRevision = readUint64(payload, 0);
  const count = payload.readUInt32BE(16);
  const changes: StoreChange[] = [];
  let at = CHANGES_AT - PAYLOAD_AT;
  for (let index = 0; index < count; index++) {
    if (at + CHANGE_HEADER_BYTES > payload.length) return undefined;
    const keyAt = at + CHANGE_HEADER_BYTES;
    const valueAt = keyAt + payload.readUInt16BE(at);
    const end = valueAt + payload.readUInt32BE(at + 2);
    if (end > payload.length || valueAt - keyAt < MIN_KEY_BYTES) return undefined;
    if (end > valueAt && end - valueAt < VALUE_HEADER_BYTES) return undefined;
    changes.push(readChange(payload.subarray(keyAt, valueAt), payload.subarray(valueAt, end), firstRevision + index));
    at = end;
  }
  return { lastSeenMs: readUint64(payload, 8), changes };
}

function readChange(dataKey: Buffer, row: Buffer, revision: number): StoreChange {
  const { space, key } = readDataKey(dataKey);
  if (row.length === 0) {
    const entry = { key, value: NOTHING, kind: ValueKind.UNSPECIFIED, revision, expiresAtMs: 0 };
    return { space, type: ChangeKind.DELETED, entry };
  }
  const { kind, expiresAtMs } = readValueHeader(row);
  const value = new Uint8Array(row.buffer, row.byteOffset + VALUE_HEADER_BYTES, row.length - VALUE_HEADER_BYTES);
  return { space, type: ChangeKind.SET, entry: { key, value, kind: kind as ValueKind, revision, expiresAtMs } };
}

function checksumOf(payload: Uint8Array, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, CHECKSUM_BYTES);
}
