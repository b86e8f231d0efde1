import { stateAfter } from './evaluate.js';
import type { StoreChange, StoredValue } from './store.js';

/** A key that a group changes. */
export interface PendingKey {
  readonly space: string;
  readonly key: string;
  /** Undefined: removed. */
  state: StoredValue | undefined;
  /** Deadline of the value that the key held before the group; 0: none. */
  readonly replacedDeadlineMs: number;
}

/** Writes that reach the disk in one transaction. */
export interface CommitGroup {
  readonly changes: readonly StoreChange[];
  /** Bytes of the values in the changes. */
  readonly byteCount: number;
  /** Each changed key once, with its last state. */
  pendingKeys(): Iterable<PendingKey>;
  /** Revision of the last change; undefined when the group changes no key. */
  readonly revision: number | undefined;
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
  byteCount = 0;
  readonly #spaces = new Map<string, Map<string, PendingKey>>();
  readonly #waiters: Waiter[] = [];

  get revision(): number | undefined {
    return this.changes.at(-1)?.entry.revision;
  }

  get(space: string, key: string): PendingKey | undefined {
    return this.#spaces.get(space)?.get(key);
  }

  add(change: StoreChange, replacedDeadlineMs: number): void {
    const { space, entry } = change;
    this.changes.push(change);
    this.byteCount += entry.value.length;
    let keys = this.#spaces.get(space);
    if (keys === undefined) {
      keys = new Map();
      this.#spaces.set(space, keys);
    }
    const state = stateAfter(change);
    const pending = keys.get(entry.key);
    // The first change of a key in the group replaces what is on the disk; its deadline row must go.
    if (pending === undefined) keys.set(entry.key, { space, key: entry.key, state, replacedDeadlineMs });
    else pending.state = state;
  }

  *pendingKeys(): Iterable<PendingKey> {
    for (const keys of this.#spaces.values()) yield* keys.values();
  }

  done<Outcome>(outcome: Outcome): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ outcome, resolve, reject });
    });
  }

  settle(failure: Error | undefined): void {
    for (const waiter of this.#waiters) {
      if (failure === undefined) waiter.resolve(waiter.outcome as never);
      else waiter.reject(failure);
    }
  }
}
