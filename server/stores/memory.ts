import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { AckLevel, ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { ChangeFeed, type ChangeListener } from './change-feed.js';
import {
  checkTtl,
  Evaluator,
  expiredChange,
  hasExpired,
  type Present,
  setsDeadline,
  stateAfter,
  storedKind,
} from './evaluate.js';
import { ExpiryWheel, type Volatile } from './expiry-wheel.js';
import { checkSpace, isStorableKey } from './key-space.js';
import { MemoryEntry } from './memory-entry.js';
import { scanStart } from './scan-start.js';
import { SortedKeys } from './sorted-keys.js';
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
import type { StoreEnvironment, StoreFactory } from './store-factory.js';

interface Space {
  readonly values: Map<string, MemoryEntry>;
  readonly keys: SortedKeys;
}

/** Keys removed by one step of `clear`, before other work gets its turn. */
const CLEAR_PAGE = 1000;

/**
 * A store in the memory of the process: nothing survives its end. Every answer is synchronous,
 * except for `clear` of a space with more than 1,000 keys.
 *
 * Revisions begin at the clock's microseconds, so that a revision from before a restart is never
 * mistaken for one of the present values.
 */
export function memory(): StoreFactory {
  return async (environment) => new MemoryStore(environment);
}

class MemoryStore implements Store, Present {
  readonly kind = 'memory';
  readonly level = AckLevel.VOLATILE;
  readonly #environment: StoreEnvironment;
  readonly #feed: ChangeFeed;
  readonly #wheel: ExpiryWheel;
  readonly #spaces = new Map<string, Space>();
  /** The space that was looked at last, which is nearly always the next one too. Its name is undefined when it is gone. */
  #lastName: string | undefined;
  #lastValues: Map<string, MemoryEntry> | undefined;
  readonly #evaluator: Evaluator;
  /** The one change of a value that was overwritten, lent to the listeners each time. */
  readonly #overwritten: { space: string; type: ChangeKind; entry: StoredValue }[] = [];
  #revision = 0;
  #mayExpire = false;
  #isClosed = false;

  constructor(environment: StoreEnvironment) {
    this.#environment = environment;
    this.#feed = new ChangeFeed((error) => environment.onError(error));
    this.#wheel = new ExpiryWheel(environment.clock, (due) => this.#expire(due));
    this.#revision = environment.clock.now() * 1000;
    this.#evaluator = new Evaluator(this, () => this.#now());
  }

  get revision(): number {
    return this.#revision;
  }

  get(space: string, key: string): StoredValue | undefined {
    const found = this.#look(space, key);
    found?.lend();
    return found;
  }

  peek(space: string, key: string): StoredValue | undefined {
    return this.#look(space, key);
  }

  get mayExpire(): boolean {
    return this.#mayExpire;
  }

  lookup(space: string, key: string): StoredValue | undefined {
    return this.#valuesOf(space)?.get(key);
  }

  scan(space: string, options: ScanOptions): StoredValue[] {
    this.#checkOpen();
    const found: StoredValue[] = [];
    const inside = this.#spaces.get(space);
    if (inside === undefined || options.limit <= 0 || !isStorableKey(options.prefix)) return found;
    const start = scanStart(options);
    const nowMs = this.#now();
    inside.keys.walk(start.key, (key) => {
      if (start.isExclusive && key === start.key) return true;
      if (!key.startsWith(options.prefix)) return false;
      const entry = inside.values.get(key);
      if (entry !== undefined && !hasExpired(entry, nowMs)) {
        entry.lend();
        found.push(entry);
      }
      return found.length < options.limit;
    });
    return found;
  }

  write(space: string, operations: readonly WriteOperation[]): WriteResult[] {
    const only = operations[0];
    if (only?.type === 'set' && operations.length === 1) return [{ type: 'set', revision: this.set(space, only) }];
    this.#checkOpen();
    return this.#workOut(space, operations);
  }

  set(space: string, operation: SetOperation): number {
    this.#checkOpen();
    const revision = this.#overwrite(space, operation);
    if (revision !== undefined) return revision;
    const [result] = this.#workOut(space, [{ type: 'set', ...operation }]);
    return (result as WriteResult).revision;
  }

  clear(space: string): number | Promise<number> {
    this.#checkOpen();
    const lastRevision = this.#revision;
    const keys = [...(this.#spaces.get(space)?.values.keys() ?? [])];
    if (keys.length <= CLEAR_PAGE) return this.#clearKeys(space, keys, lastRevision);
    return this.#clearInPages(space, keys, lastRevision);
  }

  onChanges(listener: ChangeListener): () => void {
    return this.#feed.subscribe(listener);
  }

  health(): StoreHealth {
    return this.#isClosed ? { writable: false, error: 'the store is closed' } : { writable: true };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wheel.close();
    this.#spaces.clear();
    this.#lastName = undefined;
    this.#lastValues = undefined;
  }

  #now(): number {
    return this.#environment.clock.now();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the store is closed');
  }

  #workOut(space: string, operations: readonly WriteOperation[]): WriteResult[] {
    if (!this.#spaces.has(space)) checkSpace(space);
    this.#mayExpire ||= setsDeadline(operations);
    const { results, changes } = this.#evaluator.evaluate(space, operations, this.#revision);
    this.#apply(changes);
    return results;
  }

  #look(space: string, key: string): MemoryEntry | undefined {
    this.#checkOpen();
    const found = this.#valuesOf(space)?.get(key);
    // Most values have no deadline, and the clock is not read for them.
    if (found === undefined || found.expiresAtMs === 0) return found;
    return hasExpired(found, this.#now()) ? undefined : found;
  }

  /**
   * A set without conditions of a key that is there: nothing has to be worked out, and nothing new is
   * made. Undefined: the set is another one; nothing happened.
   */
  #overwrite(space: string, operation: SetOperation): number | undefined {
    const { key, value, ttlMs } = operation;
    if (operation.ifRevision !== undefined || operation.ifAbsent === true || this.#feed.isEmitting) return undefined;
    const values = this.#valuesOf(space);
    let entry = values?.get(key);
    if (values === undefined || entry === undefined) return undefined;
    const hadDeadline = entry.expiresAtMs !== 0;
    if (hadDeadline && hasExpired(entry, this.#now())) return undefined;
    checkTtl(ttlMs);
    if (hadDeadline) this.#wheel.remove(entry);
    if (entry.isLent) {
      entry = entry.successor();
      values.set(key, entry);
    }
    const revision = this.#revision + 1;
    entry.overwrite(value, storedKind(operation.kind), revision, ttlMs === 0 ? 0 : this.#now() + ttlMs);
    this.#revision = revision;
    if (ttlMs !== 0) {
      this.#mayExpire = true;
      this.#wheel.add(space, entry);
    }
    this.#tellOverwritten(space, entry);
    return revision;
  }

  #tellOverwritten(space: string, entry: MemoryEntry): void {
    const change = this.#overwritten[0];
    if (change === undefined) {
      this.#overwritten.push({ space, type: ChangeKind.SET, entry });
    } else {
      change.space = space;
      change.entry = entry;
    }
    this.#feed.emit(this.#overwritten);
  }

  #apply(changes: readonly StoreChange[]): void {
    for (const change of changes) this.#applyOne(change);
    this.#feed.emit(changes);
  }

  #applyOne(change: StoreChange): void {
    const { key, revision } = change.entry;
    const { values, keys } = this.#spaceOf(change.space);
    const before = values.get(key);
    const state = stateAfter(change);
    // An old value is slow to look at; without deadlines there is no need to.
    if (before !== undefined && this.#mayExpire) this.#wheel.remove(before);
    if (state !== undefined) {
      const after = new MemoryEntry(state);
      values.set(key, after);
      if (before === undefined) keys.insert(key);
      this.#wheel.add(change.space, after);
    } else if (values.delete(key)) {
      keys.remove(key);
      if (values.size === 0) {
        this.#spaces.delete(change.space);
        this.#lastName = undefined;
      }
    }
    this.#revision = revision;
  }

  /** Undefined: the space is empty. */
  #valuesOf(space: string): Map<string, MemoryEntry> | undefined {
    if (space === this.#lastName) return this.#lastValues;
    const values = this.#spaces.get(space)?.values;
    if (values !== undefined) {
      this.#lastName = space;
      this.#lastValues = values;
    }
    return values;
  }

  #spaceOf(name: string): Space {
    let space = this.#spaces.get(name);
    if (space === undefined) {
      space = { values: new Map(), keys: new SortedKeys() };
      this.#spaces.set(name, space);
    }
    return space;
  }

  #expire(due: readonly Volatile[]): void {
    const first = this.#revision + 1;
    this.#apply(due.map(({ space, entry }, index) => expiredChange(space, entry, first + index)));
  }

  async #clearInPages(space: string, keys: readonly string[], lastRevision: number): Promise<number> {
    let count = 0;
    for (let from = 0; from < keys.length && !this.#isClosed; from += CLEAR_PAGE) {
      count += this.#clearKeys(space, keys.slice(from, from + CLEAR_PAGE), lastRevision);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return count;
  }

  /** Keys that were written after the clear began stay. */
  #clearKeys(space: string, keys: readonly string[], lastRevision: number): number {
    const values = this.#spaces.get(space)?.values;
    const present = keys.filter((key) => (values?.get(key)?.revision ?? Number.POSITIVE_INFINITY) <= lastRevision);
    const results = this.write(
      space,
      present.map((key) => ({ type: 'delete', key })),
    );
    return results.filter((result) => result.type === 'delete' && result.deleted).length;
  }
}
