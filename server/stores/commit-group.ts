import { type Row, settleRow } from './memtable.js';
import type { StoreChange } from './store.js';

/** Writes that reach the disk together, all or none. */
export interface CommitGroup {
  /** Numbered without gaps; empty: the group makes the store's time durable. */
  readonly changes: readonly StoreChange[];
}

interface Waiter {
  readonly outcome: unknown;
  readonly resolve: (outcome: never) => void;
  readonly reject: (error: Error) => void;
}

/** A group while writes are gathered for it and while it is committed. */
export class Group implements CommitGroup {
  readonly changes: StoreChange[] = [];
  isCommitted = false;
  /** Bytes of the values in the changes. */
  byteCount = 0;
  /** The row of each change. */
  readonly #rows: Row[] = [];
  readonly #waiters: Waiter[] = [];

  /** Revision of the last change; undefined when the group changes no key. */
  get revision(): number | undefined {
    return this.changes.at(-1)?.entry.revision;
  }

  add(change: StoreChange, row: Row): void {
    this.changes.push(change);
    this.#rows.push(row);
    this.byteCount += change.entry.value.length;
  }

  done<Outcome>(outcome: Outcome): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ outcome, resolve, reject });
    });
  }

  /** Readers see the changes from now on. */
  show(): void {
    for (const [index, row] of this.#rows.entries()) {
      const change = this.changes[index];
      if (change !== undefined) settleRow(row, change);
    }
  }

  settle(failure: Error | undefined): void {
    for (const waiter of this.#waiters) {
      if (failure === undefined) waiter.resolve(waiter.outcome as never);
      else waiter.reject(failure);
    }
  }
}
