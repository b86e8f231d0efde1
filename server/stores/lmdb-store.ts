import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { AckLevel, ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError, type Timer } from '@polywire/sdk/core';
import { ChangeFeed, type ChangeListener } from './change-feed.js';
import type { CommitGroup } from './commit-group.js';
import { DeadlineSweep } from './deadline-sweep.js';
import { type Evaluation, Evaluator, expiredChange, hasExpired, type Present, setsDeadline } from './evaluate.js';
import { GroupCommit } from './group-commit.js';
import { checkSpace, isStorableKey } from './key-space.js';
import type { DeadlineRow, LmdbTables, StoreState } from './lmdb-tables.js';
import { isSettled } from './memtable.js';
import { mergeScan, rowsInRange } from './merge-scan.js';
import { storageFailure } from './storage-failure.js';
import type {
  ScanOptions,
  SetOperation,
  Store,
  StoreChange,
  StoredValue,
  StoreHealth,
  WriteOperation,
  WriteResult,
} from './store.js';
import type { StoreEnvironment } from './store-factory.js';
import { type CheckpointLimits, WriteAhead } from './write-ahead.js';

/** Far below the number of operations at which lmdb-js stops the thread to wait for the disk. */
const MAX_QUEUED_CHANGES = 50_000;
const CLEAR_PAGE = 500;
const LAST_SEEN_INTERVAL_MS = 10_000;

/** What an opened store consists of. */
export interface LmdbParts {
  readonly path: string;
  readonly maxQueuedBytes: number;
  readonly environment: StoreEnvironment;
  readonly tables: LmdbTables;
  readonly limits: CheckpointLimits;
  /** What the tables hold. */
  readonly state: StoreState;
  /** Gives the directory back. */
  readonly release: () => void;
}

/** The store behind `lmdb`, which says what it does. */
export class LmdbStore implements Store, Present {
  readonly kind = 'lmdb';
  readonly level = AckLevel.DISK;
  readonly #path: string;
  readonly #environment: StoreEnvironment;
  readonly #release: () => void;
  readonly #tables: LmdbTables;
  readonly #feed: ChangeFeed;
  readonly #ahead: WriteAhead;
  readonly #commits: GroupCommit;
  readonly #sweep: DeadlineSweep;
  /** How far the store's time is ahead of the clock, after the clock was set back. */
  readonly #aheadMs: number;
  #lastSeenMs: number;
  /** A value may have a deadline: one had when the store was opened, or was written since. */
  #mayExpire: boolean;
  readonly #evaluator: Evaluator;
  /** The write that is being worked out depends on one that is not on the disk yet. */
  #sawPending = false;
  #lastSeenTimer: Timer | undefined;
  #failure: PolywireError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ path, maxQueuedBytes, environment, tables, limits, state, release }: LmdbParts) {
    this.#path = path;
    this.#environment = environment;
    this.#release = release;
    this.#tables = tables;
    const { revision, lastSeenMs } = state;
    this.#lastSeenMs = lastSeenMs;
    this.#mayExpire = tables.nextDeadline(-1) !== undefined;
    this.#evaluator = new Evaluator(this, () => this.#now());
    // Time goes on from where it was: what has expired once does not come back.
    this.#aheadMs = Math.max(lastSeenMs - environment.clock.now(), 0);
    this.#feed = new ChangeFeed((error) => environment.onError(error));
    this.#ahead = new WriteAhead({
      path,
      tables,
      revision,
      limits,
      onFailure: (error) => this.#commits.fail(this.#fail(error)),
      onProgress: () => {
        if (!this.#ahead.isFull) this.#commits.release();
      },
    });
    this.#commits = new GroupCommit({
      revision,
      maxQueuedBytes,
      maxQueuedChanges: MAX_QUEUED_CHANGES,
      stage: (change, replacedDeadlineMs) => this.#ahead.stage(change, replacedDeadlineMs),
      commit: (group) => this.#commit(group),
      onCommitted: (changes) => this.#onCommitted(changes),
    });
    this.#sweep = new DeadlineSweep({
      clock: environment.clock,
      now: () => this.#now(),
      prepare: () => this.#prepareSweep(),
      dueRows: (nowMs, after, limit) => tables.dueRows(nowMs, after, limit),
      nextDeadline: (afterMs) => tables.nextDeadline(afterMs),
      expire: (rows) => this.#expire(rows),
    });
    this.#sweep.start();
    this.#armLastSeen();
  }

  get revision(): number {
    return this.#commits.revision;
  }

  get(space: string, key: string): StoredValue | undefined {
    this.#checkOpen();
    return isStorableKey(key) ? this.#unlessExpired(this.#read(space, key)) : undefined;
  }

  peek(space: string, key: string): StoredValue | undefined {
    this.#checkOpen();
    if (!isStorableKey(key)) return undefined;
    const row = this.#ahead.durable(space, key);
    return this.#unlessExpired(row === undefined ? this.#fromDisk(() => this.#tables.peek(space, key)) : row.durable);
  }

  get mayExpire(): boolean {
    return this.#mayExpire;
  }

  lookup(space: string, key: string): StoredValue | undefined {
    const row = this.#ahead.newest(space, key);
    // Conditions look at it at once; nothing of it is kept.
    if (row === undefined) return this.#fromDisk(() => this.#tables.peek(space, key));
    if (!isSettled(row)) this.#sawPending = true;
    return row.newest;
  }

  scan(space: string, options: ScanOptions): StoredValue[] {
    this.#checkOpen();
    const found: StoredValue[] = [];
    if (!isStorableKey(options.prefix) || options.limit <= 0) return found;
    const nowMs = this.#now();
    const rows = rowsInRange(this.#ahead.durableRows(space), options);
    return this.#fromDisk(() => {
      for (const entry of mergeScan(this.#tables.scan(space, options), rows)) {
        if (!hasExpired(entry, nowMs)) found.push(entry);
        if (found.length >= options.limit) break;
      }
      return found;
    });
  }

  write(space: string, operations: readonly WriteOperation[]): WriteResult[] | Promise<WriteResult[]> {
    return this.#write(space, operations, (results) => results);
  }

  set(space: string, operation: SetOperation): number | Promise<number> {
    return this.#write(space, [{ type: 'set', ...operation }], revisionOf);
  }

  #write<Outcome>(
    space: string,
    operations: readonly WriteOperation[],
    outcomeOf: (results: WriteResult[]) => Outcome,
  ): Outcome | Promise<Outcome> {
    this.#checkOpen();
    if (this.#commits.failure !== undefined) throw this.#commits.failure;
    checkSpace(space);
    this.#commits.checkRoom(byteCountOf(operations), operations.length);
    this.#mayExpire ||= setsDeadline(operations);
    this.#sawPending = false;
    let evaluation: Evaluation;
    try {
      evaluation = this.#evaluator.evaluate(space, operations, this.#commits.lastRevision);
    } catch (error) {
      if (!this.#sawPending) throw error;
      // The refusal tells of a write that may still be lost: it waits for that write.
      return this.#commits.settled().then(() => Promise.reject(error));
    }
    const { results, changes } = evaluation;
    const outcome = outcomeOf(results);
    if (changes.length > 0) return this.#commits.add(evaluation, outcome);
    return this.#sawPending ? this.#commits.settled().then(() => outcome) : outcome;
  }

  /** Goes through the space in pages; keys that are written after it began stay. */
  async clear(space: string): Promise<number> {
    this.#checkOpen();
    checkSpace(space);
    const lastRevision = this.#commits.lastRevision;
    await this.#commits.settled();
    let count = 0;
    let after: string | undefined;
    for (;;) {
      const page = this.scan(space, { prefix: '', after, limit: CLEAR_PAGE });
      const operations = page
        .filter(({ key, revision }) => (this.#ahead.newest(space, key)?.newest?.revision ?? revision) <= lastRevision)
        .map(({ key }) => ({ type: 'delete' as const, key }));
      const results = operations.length === 0 ? [] : await this.write(space, operations);
      count += results.filter((result) => result.type === 'delete' && result.deleted).length;
      if (page.length < CLEAR_PAGE) return count;
      after = page.at(-1)?.key;
    }
  }

  onChanges(listener: ChangeListener): () => void {
    return this.#feed.subscribe(listener);
  }

  health(): StoreHealth {
    const error = this.#closing === undefined ? this.#commits.failure?.message : 'the store is closed';
    return error === undefined ? { writable: true } : { writable: false, error };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#sweep.stop();
    this.#lastSeenTimer?.cancel();
    const flush = () => this.#commits.flush();
    // Writes that wait are acknowledged first. A failure has been reported to them and to onError.
    await flush()
      .then(() => this.#ahead.checkpoint(flush))
      .catch(() => undefined);
    try {
      await this.#ahead.close();
    } finally {
      await this.#tables.close().finally(this.#release);
    }
  }

  #unlessExpired(found: StoredValue | undefined): StoredValue | undefined {
    if (found === undefined || found.expiresAtMs === 0) return found;
    return hasExpired(found, this.#now()) ? undefined : found;
  }

  #read(space: string, key: string): StoredValue | undefined {
    const row = this.#ahead.durable(space, key);
    return row === undefined ? this.#fromDisk(() => this.#tables.read(space, key)) : row.durable;
  }

  /** After a failed commit LMDB may refuse to read as well. */
  #fromDisk<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw PolywireError.is(error) ? error : storageFailure(this.#path, error);
    }
  }

  #now(): number {
    return this.#environment.clock.now() + this.#aheadMs;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the store is closed');
  }

  async #commit({ changes }: CommitGroup): Promise<void> {
    const lastSeenMs = this.#now();
    try {
      const appended = this.#ahead.append(changes, lastSeenMs);
      if (this.#ahead.isFull) this.#commits.hold();
      await appended;
    } catch (error) {
      throw this.#fail(error);
    }
    this.#lastSeenMs = lastSeenMs;
  }

  /** Reports the failure that ends all writes. */
  #fail(error: unknown): PolywireError {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = storageFailure(this.#path, error);
    this.#environment.onError(this.#failure);
    return this.#failure;
  }

  /** The sweep sees the deadlines that are in the tables. */
  async #prepareSweep(): Promise<void> {
    if (this.#ahead.hasDeadlines) await this.#ahead.checkpoint(() => this.#commits.flush());
  }

  #onCommitted(changes: readonly StoreChange[]): void {
    for (const { entry, type } of changes) {
      if (type === ChangeKind.SET && entry.expiresAtMs !== 0) this.#sweep.noteDeadline(entry.expiresAtMs);
    }
    this.#feed.emit(changes);
  }

  /** Only rows whose deadline is still that of the key: a write on its way may have changed it. */
  async #expire(rows: readonly DeadlineRow[]): Promise<void> {
    const changes: StoreChange[] = [];
    const replacedDeadlinesMs: number[] = [];
    for (const { space, key, deadlineMs } of rows) {
      if (this.#ahead.isPending(space, key)) continue;
      const entry = this.#read(space, key);
      if (entry?.expiresAtMs !== deadlineMs) continue;
      changes.push(expiredChange(space, entry, this.#commits.lastRevision + changes.length + 1));
      replacedDeadlinesMs.push(deadlineMs);
    }
    if (changes.length > 0) await this.#commits.add({ changes, replacedDeadlinesMs }, undefined);
  }

  /** The time is in every commit; without commits it is written now and then while deadlines wait. */
  #armLastSeen(): void {
    this.#lastSeenTimer = this.#environment.clock.setTimer(LAST_SEEN_INTERVAL_MS, () => {
      const isOld = this.#now() - this.#lastSeenMs >= LAST_SEEN_INTERVAL_MS;
      // A failure is reported by the commit itself.
      if (isOld && this.#sweep.hasDeadlines) this.#commits.flush().catch(() => undefined);
      this.#armLastSeen();
    });
  }
}

function revisionOf([only]: WriteResult[]): number {
  return only?.revision ?? 0;
}

function byteCountOf(operations: readonly WriteOperation[]): number {
  let byteCount = 0;
  for (const operation of operations) byteCount += operation.type === 'set' ? operation.value.length : 0;
  return byteCount;
}
