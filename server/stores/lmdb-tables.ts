import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { type Database, open, type RootDatabase } from 'lmdb';
import { BinaryKeys, endOfPrefix, readDataKey } from './key-space.js';
import type { Row } from './memtable.js';
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

/** 2: a journal beside the tables may hold what they do not. */
const FORMAT_VERSION = 2;
const STATE_KEY = Buffer.from('state');
const SECRET_AT = 17;
const SECRET_BYTES = 16;
const PRESENT = Buffer.of(1);
const LAST_DEADLINE = Buffer.alloc(8, 0xff);
/** When LMDB has failed for good, lmdb-js never settles a commit that is on its way, and waits for it. */
const CLOSING_AFTER_FAILURE_MS = 1000;
const tableOptions = { keyEncoding: 'binary', encoding: 'binary', cache: false } as const;

/**
 * The tables of an LMDB environment: values by key, keys by deadline, and one row of state.
 * Reads show committed data only. Nothing here may run a synchronous transaction after `open`: it
 * would split a batch that is being written.
 */
export class LmdbTables {
  /** Random bytes of this store, for the checksums of its journal. */
  readonly secret: Uint8Array;
  readonly #root: RootDatabase<Uint8Array, Uint8Array>;
  readonly #values: Table;
  readonly #deadlines: Table;
  readonly #meta: Table;
  readonly #keys = new BinaryKeys();
  #hasFailed = false;

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
    const stateRow = this.#meta.getBinary(STATE_KEY);
    const format = stateRow?.[0] ?? FORMAT_VERSION;
    const secret = stateRow?.subarray(SECRET_AT, SECRET_AT + SECRET_BYTES);
    this.secret = secret?.length === SECRET_BYTES ? secret : randomBytes(SECRET_BYTES);
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

  /** In byte order, also values whose deadline has passed, whatever the limit. The prefix must be storable. */
  *scan(space: string, options: ScanOptions): Iterable<StoredValue> {
    const end = endOfPrefix(this.#keys.data(space, options.prefix));
    const from = scanStart(options);
    const start = Buffer.from(this.#keys.data(space, from.key));
    const range = { start, end, exclusiveStart: from.isExclusive, snapshot: false };
    for (const { key: row, value } of this.#values.getRange(range)) yield storedValue(readDataKey(row).key, value);
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

  /**
   * Writes the newest states and that of the store in one transaction. Resolves after the disk has flushed
   * it. One that fails does not keep LMDB from taking the next.
   */
  async commit(rows: readonly Row[], state: StoreState): Promise<void> {
    const stateRow = Buffer.alloc(SECRET_AT + SECRET_BYTES);
    stateRow[0] = FORMAT_VERSION;
    writeUint64(stateRow, 1, state.revision);
    writeUint64(stateRow, 9, state.lastSeenMs);
    stateRow.set(this.secret, SECRET_AT);
    try {
      await this.#root.batch(() => {
        for (const row of rows) this.#write(row);
        void this.#meta.put(STATE_KEY, stateRow);
      });
    } catch (error) {
      this.#hasFailed = true;
      throw await causeOf(error);
    }
  }

  async close(): Promise<void> {
    const closed = this.#root.close();
    await (this.#hasFailed ? Promise.race([closed, sleep(CLOSING_AFTER_FAILURE_MS)]) : closed);
  }

  #write({ space, key, newest, replacedDeadlineMs }: Row): void {
    const dataKey = this.#keys.data(space, key);
    if (newest === undefined) void this.#values.remove(dataKey);
    else void this.#values.put(dataKey, valueRow(newest));
    const deadlineMs = newest?.expiresAtMs ?? 0;
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

/**
 * lmdb-js rejects with "Commit failed" and gives the cause in a second promise, `commitError`, that must be
 * caught too: that of every commit.
 */
async function causeOf(rejected: unknown): Promise<unknown> {
  try {
    await (rejected as { commitError?: Promise<unknown> } | null)?.commitError;
    return rejected;
  } catch (cause) {
    return cause;
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
