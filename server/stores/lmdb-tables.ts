import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { CommitGroup, PendingKey } from './commit-group.js';
import { hasExpired } from './evaluate.js';
import { BinaryKeys, endOfPrefix, readDataKey } from './key-space.js';
import { scanStart } from './scan-start.js';
import type { ScanOptions, StoredValue } from './store.js';
import { readUint64, readValueHeader, VALUE_HEADER_BYTES, writeUint64, writeValueHeader } from './value-header.js';

/** What the store remembers beside its values. */
export interface StoreState {
  /** Newest revision. */
  readonly revision: number;
  /** Unix milliseconds up to which deadlines have been seen to pass. */
  readonly lastSeenMs: number;
}

/** A row of the index of deadlines. */
export interface DeadlineRow {
  readonly deadlineMs: number;
  readonly space: string;
  readonly key: string;
  /** The row's binary key: where the next page begins. */
  readonly row: Uint8Array;
}

type Table = Database<Uint8Array, Uint8Array>;

const FORMAT_VERSION = 1;
const STATE_KEY = Buffer.from('state');
const STATE_BYTES = 17;
const PRESENT = Buffer.of(1);
const LAST_DEADLINE = Buffer.alloc(8, 0xff);
const tableOptions = { keyEncoding: 'binary', encoding: 'binary', cache: false } as const;

/**
 * The tables of an LMDB environment: values by key, keys by deadline, and one row of state.
 * Reads show committed data only. Nothing here may run a synchronous transaction after `open`: it
 * would split a batch that is being written.
 */
export class LmdbTables {
  readonly #root: RootDatabase<Uint8Array, Uint8Array>;
  readonly #values: Table;
  readonly #deadlines: Table;
  readonly #meta: Table;
  readonly #keys = new BinaryKeys();

  /** @throws PolywireError FAILED_PRECONDITION when the data is of a newer format */
  constructor(path: string) {
    this.#root = open({
      path,
      // lmdb-js takes a path with a dot in it for a file otherwise.
      noSubdir: false,
      // With overlapping syncs a value could be read before it is on the disk.
      overlappingSync: false,
      // Otherwise a failed commit also rejects a promise that nobody can catch.
      eventTurnBatching: false,
      ...tableOptions,
    });
    this.#values = this.#root.openDB('values', tableOptions);
    this.#deadlines = this.#root.openDB('deadlines', tableOptions);
    this.#meta = this.#root.openDB('meta', tableOptions);
    const format = this.#meta.getBinary(STATE_KEY)?.[0] ?? FORMAT_VERSION;
    if (format > FORMAT_VERSION) {
      void this.#root.close();
      throw new PolywireError(
        ErrorCode.FAILED_PRECONDITION,
        `the data in ${path} has format ${format}, this release reads up to ${FORMAT_VERSION}; start a newer release`,
      );
    }
  }

  state(): StoreState {
    const row = this.#meta.getBinary(STATE_KEY);
    if (row === undefined) return { revision: 0, lastSeenMs: 0 };
    return { revision: readUint64(row, 1), lastSeenMs: readUint64(row, 9) };
  }

  /** Also finds a value whose deadline has passed. The key must be storable. */
  read(space: string, key: string): StoredValue | undefined {
    const row = this.#values.getBinary(this.#keys.data(space, key));
    return row === undefined ? undefined : storedValue(key, row);
  }

  /** `read` without a copy: the value is valid until the next read. */
  peek(space: string, key: string): StoredValue | undefined {
    const row = this.#values.getBinaryFast(this.#keys.data(space, key));
    return row === undefined ? undefined : storedValue(key, row);
  }

  /** The prefix must be storable. */
  scan(space: string, options: ScanOptions, nowMs: number): StoredValue[] {
    const end = endOfPrefix(this.#keys.data(space, options.prefix));
    const from = scanStart(options);
    const start = Buffer.from(this.#keys.data(space, from.key));
    const found: StoredValue[] = [];
    if (options.limit <= 0) return found;
    const range = { start, end, exclusiveStart: from.isExclusive, snapshot: false };
    for (const { key: row, value } of this.#values.getRange(range)) {
      const entry = storedValue(readDataKey(row).key, value);
      if (!hasExpired(entry, nowMs)) found.push(entry);
      if (found.length >= options.limit) break;
    }
    return found;
  }

  /** Rows whose deadline has passed, the earliest first, after the given row. */
  dueRows(nowMs: number, after: Uint8Array | undefined, limit: number): DeadlineRow[] {
    const end = Buffer.alloc(8);
    writeUint64(end, 0, nowMs + 1);
    return this.#deadlineRows(after ?? Buffer.alloc(8), end, limit);
  }

  /** The earliest deadline after a time. */
  nextDeadline(afterMs: number): number | undefined {
    const start = Buffer.alloc(8);
    writeUint64(start, 0, afterMs + 1);
    return this.#deadlineRows(start, LAST_DEADLINE, 1)[0]?.deadlineMs;
  }

  /** Writes a group and the state in one transaction. Resolves after the disk has flushed it. */
  async commit(group: CommitGroup, state: StoreState): Promise<void> {
    const stateRow = Buffer.alloc(STATE_BYTES);
    stateRow[0] = FORMAT_VERSION;
    writeUint64(stateRow, 1, state.revision);
    writeUint64(stateRow, 9, state.lastSeenMs);
    await this.#root.batch(() => {
      for (const pending of group.pendingKeys()) this.#write(pending);
      void this.#meta.put(STATE_KEY, stateRow);
    });
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  #write({ space, key, state, replacedDeadlineMs }: PendingKey): void {
    const dataKey = this.#keys.data(space, key);
    if (state === undefined) void this.#values.remove(dataKey);
    else void this.#values.put(dataKey, valueRow(state));
    const deadlineMs = state?.expiresAtMs ?? 0;
    if (deadlineMs === replacedDeadlineMs) return;
    if (replacedDeadlineMs !== 0) void this.#deadlines.remove(this.#keys.deadline(replacedDeadlineMs, space, key));
    if (deadlineMs !== 0) void this.#deadlines.put(this.#keys.deadline(deadlineMs, space, key), PRESENT);
  }

  #deadlineRows(start: Uint8Array, end: Uint8Array, limit: number): DeadlineRow[] {
    const rows: DeadlineRow[] = [];
    for (const row of this.#deadlines.getKeys({ start, end, limit, exclusiveStart: true, snapshot: false })) {
      rows.push({ deadlineMs: readUint64(row, 0), ...readDataKey(row, 8), row });
    }
    return rows;
  }
}

/** lmdb-js does not copy: it reads these bytes when it commits. They are never touched again. */
function valueRow(state: StoredValue): Uint8Array {
  const row = Buffer.allocUnsafe(VALUE_HEADER_BYTES + state.value.length);
  writeValueHeader(row, 0, state);
  row.set(state.value, VALUE_HEADER_BYTES);
  return row;
}

function storedValue(key: string, row: Uint8Array): StoredValue {
  const { kind, revision, expiresAtMs } = readValueHeader(row);
  const value = new Uint8Array(row.buffer, row.byteOffset + VALUE_HEADER_BYTES, row.length - VALUE_HEADER_BYTES);
  return { key, value, kind: kind as StoredValue['kind'], revision, expiresAtMs };
}
