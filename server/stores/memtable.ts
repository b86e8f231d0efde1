import { stateAfter } from './evaluate.js';
import type { StoreChange, StoredValue } from './store.js';

/** What is known of a key beside the tables. */
export interface Row {
  readonly space: string;
  readonly key: string;
  /** The newest state that was given out; undefined: removed. */
  newest: StoredValue | undefined;
  /** The newest state that readers may see; undefined: removed, or none yet. */
  durable: StoredValue | undefined;
  /** False: no state of it is durable yet, readers see what was before. */
  isDurable: boolean;
  /** Changes that were staged and are not durable yet. */
  pendingCount: number;
  /** Deadline of the value that the key held before; 0: none. */
  readonly replacedDeadlineMs: number;
}

/** Keys that were changed since the tables were last written, each with its last state. */
export class Memtable {
  readonly #spaces = new Map<string, Map<string, Row>>();
  #rowCount = 0;
  #byteCount = 0;
  #hasDeadlines = false;

  /** Keys in it. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of all values that were staged, also of those that were replaced since. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Deadlines in it were set or ended. */
  get hasDeadlines(): boolean {
    return this.#hasDeadlines;
  }

  get(space: string, key: string): Row | undefined {
    return this.#spaces.get(space)?.get(key);
  }

  /** Notes a change that is on its way. `settleRow` makes it visible. */
  stage(change: StoreChange, replacedDeadlineMs: number): Row {
    const { space, entry } = change;
    const { key } = entry;
    const newest = stateAfter(change);
    this.#byteCount += entry.value.length;
    this.#hasDeadlines ||= entry.expiresAtMs !== 0 || replacedDeadlineMs !== 0;
    let rows = this.#spaces.get(space);
    if (rows === undefined) {
      rows = new Map();
      this.#spaces.set(space, rows);
    }
    let row = rows.get(key);
    if (row !== undefined) {
      row.newest = newest;
      row.pendingCount++;
      return row;
    }
    // The first change of a key replaces what is in the tables; its deadline's row there must go.
    row = { space, key, newest, durable: undefined, isDurable: false, pendingCount: 1, replacedDeadlineMs };
    rows.set(key, row);
    this.#rowCount++;
    return row;
  }

  *rows(): Iterable<Row> {
    for (const rows of this.#spaces.values()) yield* rows.values();
  }

  rowsOf(space: string): Iterable<Row> {
    return this.#spaces.get(space)?.values() ?? [];
  }
}

/** The change that made this row what it is, or an older one of the key, is durable. */
export function settleRow(row: Row, change: StoreChange): void {
  row.durable = stateAfter(change);
  row.isDurable = true;
  row.pendingCount--;
}

/** True: nothing of the key is on its way. */
export function isSettled(row: Row): boolean {
  return row.pendingCount === 0;
}
