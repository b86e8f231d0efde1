import { writeCheckpoint } from './checkpoint.js';
import { MAX_PAGE_ROWS } from './checkpoint-pages.js';
import { checkFreeSpace } from './free-space.js';
import { Journal } from './journal.js';
import type { LmdbTables, StoreState } from './lmdb-tables.js';
import { isSettled, Memtable, type Row } from './memtable.js';
import type { StoreChange } from './store.js';

export interface WriteAheadOptions {
  readonly path: string;
  readonly tables: LmdbTables;
  /** Newest revision in the tables, and in the journal, which holds nothing beyond it. */
  readonly revision: number;
  readonly limits: CheckpointLimits;
  /** The tables take nothing more; what is in the journal is safe there. */
  onFailure(error: unknown): void;
  /** A part of what the journal holds went into the tables: `isFull` may have ended. */
  onProgress(): void;
}

/** When a checkpoint begins, and how it is cut. */
export interface CheckpointLimits {
  /** Keys with which one begins. */
  readonly rows: number;
  /** Bytes of values, or of the journal's present file, with which one begins. */
  readonly bytes: number;
  /** Keys in one transaction. */
  readonly pageRows: number;
}

/** The more keys, the fewer pages of the tables each of them costs. */
export const CHECKPOINT_LIMITS: CheckpointLimits = {
  rows: 16 * 1024,
  bytes: 8 * 1024 * 1024,
  pageRows: MAX_PAGE_ROWS,
};
/**
 * While a checkpoint runs, as large a share of the next may be gathered as is in the tables, and this: who writes
 * faster than the tables take it is slowed down a little all the time, and not stopped for long now and then.
 */
const SHARE_AHEAD = 0.5;

/**
 * What is durable in the journal, and on its way into the tables: there in large, sorted transactions,
 * because a page of them costs the disk as much as many records of the journal. Of two memtables one
 * takes changes, and what the other holds is written into the tables.
 */
export class WriteAhead {
  readonly #options: WriteAheadOptions;
  readonly #journal: Journal;
  #active = new Memtable();
  #frozen: Memtable | undefined;
  /** Revision of the last change that was staged. */
  #staged: number;
  /** Revision of the last change given to the journal. */
  #appended: number;
  /** Revision up to which the tables know everything. */
  #checkpointed: number;
  #isWanted = false;
  /** Share of the frozen rows that is in the tables. */
  #doneShare = 0;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: WriteAheadOptions) {
    this.#options = options;
    this.#journal = new Journal(options.path, options.tables.secret);
    this.#staged = options.revision;
    this.#appended = options.revision;
    this.#checkpointed = options.revision;
  }

  /** So much is gathered that writes have to wait for the tables, until `onProgress`. */
  get isFull(): boolean {
    return this.#frozen !== undefined && this.#gatheredShare > this.#doneShare + SHARE_AHEAD;
  }

  get hasDeadlines(): boolean {
    return this.#active.hasDeadlines || this.#frozen?.hasDeadlines === true;
  }

  /** Notes a change that is going to be committed. */
  stage(change: StoreChange, replacedDeadlineMs: number): Row {
    this.#staged = change.entry.revision;
    return this.#active.stage(change, replacedDeadlineMs);
  }

  /** The newest that was staged for a key. Undefined: look at the tables. */
  newest(space: string, key: string): Row | undefined {
    return this.#active.get(space, key) ?? this.#frozen?.get(space, key);
  }

  /** The row with the durable state of a key. Undefined: look at the tables. */
  durable(space: string, key: string): Row | undefined {
    const row = this.#active.get(space, key);
    if (row?.isDurable === true) return row;
    const older = this.#frozen?.get(space, key);
    return older?.isDurable === true ? older : undefined;
  }

  /** A write of the key is on its way. */
  isPending(space: string, key: string): boolean {
    const row = this.newest(space, key);
    return row !== undefined && !isSettled(row);
  }

  /** The rows of a space with a durable state, those of the newest change of each key. */
  *durableRows(space: string): Iterable<Row> {
    for (const row of this.#active.rowsOf(space)) if (row.isDurable) yield row;
    if (this.#frozen === undefined) return;
    for (const row of this.#frozen.rowsOf(space)) {
      if (row.isDurable && this.#active.get(space, row.key)?.isDurable !== true) yield row;
    }
  }

  /** Resolves when the changes, all of which were staged, are durable. Nothing else may be staged. */
  async append(changes: readonly StoreChange[], lastSeenMs: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const { rowCount, byteCount } = this.#active;
    const { rowCount: frozenRows = 0, byteCount: frozenBytes = 0 } = this.#frozen ?? {};
    // Room for the journal, and for the tables to take everything that is in it.
    checkFreeSpace(this.#options.path, byteCount + frozenBytes, rowCount + frozenRows);
    const flushed = this.#journal.append(changes, lastSeenMs);
    this.#appended = changes.at(-1)?.entry.revision ?? this.#appended;
    if (this.#frozen === undefined && (this.#isWanted || this.#gatheredShare >= 1)) {
      this.#running = this.#checkpoint(flushed, { revision: this.#appended, lastSeenMs });
    }
    await flushed;
  }

  /**
   * Resolves when everything that has been staged by now is in the tables.
   * @param flush commits what was staged
   */
  async checkpoint(flush: () => Promise<void>): Promise<void> {
    const target = this.#staged;
    while (this.#checkpointed < target) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#running === undefined) {
        this.#isWanted = true;
        await flush();
      }
      await this.#running;
    }
  }

  /** Nothing may be staged any more. What is not in the tables stays in the journal. */
  async close(): Promise<void> {
    await this.#running;
    const isInTables = this.#checkpointed === this.#staged && this.#failure === undefined;
    // A record after the last checkpoint, if it changes no key, tells the time.
    await this.#journal.close(isInTables && this.#journal.byteCount === 0);
  }

  /** How much of what a checkpoint begins with is there. */
  get #gatheredShare(): number {
    const { rowCount, byteCount } = this.#active;
    const { rows, bytes } = this.#options.limits;
    return Math.max(rowCount / rows, byteCount / bytes, this.#journal.byteCount / bytes);
  }

  async #checkpoint(flushed: Promise<void>, state: StoreState): Promise<void> {
    const { tables, path, limits, onFailure, onProgress } = this.#options;
    const frozen = this.#active;
    this.#frozen = frozen;
    this.#active = new Memtable();
    this.#isWanted = false;
    this.#doneShare = 0;
    this.#journal.rotate();
    try {
      await flushed;
    } catch (error) {
      // Whoever appended it is told.
      this.#failure = { error };
      return;
    }
    try {
      await writeCheckpoint(path, tables, frozen, {
        from: this.#checkpointed,
        state,
        pageRows: limits.pageRows,
        onProgress: (share) => {
          this.#doneShare = share;
          onProgress();
        },
      });
    } catch (error) {
      this.#failure = { error };
      onFailure(error);
      return;
    }
    this.#checkpointed = state.revision;
    this.#frozen = undefined;
    this.#running = undefined;
    onProgress();
  }
}
