import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { AckLevel, ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { ChangeFeed, type ChangeListener } from './change-feed.js';
import { checkTtl, Evaluator, expiredChange, hasExpired, type Present, setsDeadline, storedKind } from './evaluate.js';
import { type Deadlined, ExpiryWheel, type Volatile } from './expiry-wheel.js';
import { checkSpace, isStorableKey } from './key-space.js';
import { type MemorySpace, MemorySpaces } from './memory-spaces.js';
import { RecordTable } from './record-table.js';
import { scanStart } from './scan-start.js';
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

/** A value that is lent: a look at its record, good until the store is called again. */
class Look implements StoredValue {
  key = '';
  value: Uint8Array = NOTHING;
  kind: ValueKind = ValueKind.BYTES;
  // From the beginning numbers, so that V8 keeps them as such: anything else would be a new object for each number.
  revision = 0.5;
  expiresAtMs = 0.5;
}

const NOTHING = new Uint8Array(0);

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
  #records = new RecordTable();
  #spaces = new MemorySpaces();
  /** Of the records that have one, by address. */
  readonly #deadlines = new Map<number, Deadlined>();
  readonly #look = new Look();
  readonly #evaluator: Evaluator;
  /** The one change of a value that was overwritten, lent to the listeners each time. */
  readonly #overwritten = { space: '', type: ChangeKind.SET, entry: new Look() };
  readonly #onlyOverwritten: readonly StoreChange[] = [this.#overwritten];
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
    const found = this.peek(space, key);
    return found === undefined ? undefined : owned(found);
  }

  peek(space: string, key: string): StoredValue | undefined {
    this.#checkOpen();
    const found = this.lookup(space, key);
    // Most values have no deadline, and the clock is not read for them.
    if (found === undefined || found.expiresAtMs === 0) return found;
    return hasExpired(found, this.#now()) ? undefined : found;
  }

  get mayExpire(): boolean {
    return this.#mayExpire;
  }

  lookup(space: string, key: string): StoredValue | undefined {
    const inside = this.#spaces.find(space);
    const address = inside === undefined ? 0 : this.#records.find(inside.id, key);
    return address === 0 ? undefined : this.#lookAt(address, key);
  }

  scan(space: string, options: ScanOptions): StoredValue[] {
    this.#checkOpen();
    const found: StoredValue[] = [];
    const inside = this.#spaces.find(space);
    if (inside === undefined || options.limit <= 0 || !isStorableKey(options.prefix)) return found;
    const start = scanStart(options);
    const nowMs = this.#now();
    inside.keys.walk(start.key, (key) => {
      if (start.isExclusive && key === start.key) return true;
      if (!key.startsWith(options.prefix)) return false;
      const entry = this.#lookAt(this.#records.find(inside.id, key), key);
      if (!hasExpired(entry, nowMs)) found.push(owned(entry));
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
    const keys: string[] = [];
    this.#spaces.find(space)?.keys.walk('', (key) => keys.push(key) > 0);
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
    this.#deadlines.clear();
    this.#spaces = new MemorySpaces();
    this.#records = new RecordTable();
  }

  #now(): number {
    return this.#environment.clock.now();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the store is closed');
  }

  #workOut(space: string, operations: readonly WriteOperation[]): WriteResult[] {
    if (this.#spaces.find(space) === undefined) checkSpace(space);
    this.#mayExpire ||= setsDeadline(operations);
    const { results, changes } = this.#evaluator.evaluate(space, operations, this.#revision);
    this.#apply(changes);
    return results;
  }

  /**
   * A set without conditions of a key that is there: nothing has to be worked out, and nothing new is
   * made. Undefined: the set is another one; nothing happened.
   */
  #overwrite(space: string, operation: SetOperation): number | undefined {
    const { key, value, ttlMs } = operation;
    if (operation.ifRevision !== undefined || operation.ifAbsent === true || this.#feed.isEmitting) return undefined;
    const inside = this.#spaces.find(space);
    const address = inside === undefined ? 0 : this.#records.find(inside.id, key);
    if (address === 0) return undefined;
    if (this.#mayExpire) {
      const expiresAtMs = this.#records.expiresAtMs(address);
      if (expiresAtMs !== 0 && expiresAtMs <= this.#now()) return undefined;
    }
    checkTtl(ttlMs);
    const change = this.#overwritten;
    const { entry } = change;
    change.space = space;
    entry.key = key;
    // The bytes of the caller, not those of the record: a listener may set the key again before the others have seen it.
    entry.value = value;
    entry.kind = storedKind(operation.kind);
    entry.revision = this.#revision + 1;
    entry.expiresAtMs = ttlMs === 0 ? 0 : this.#now() + ttlMs;
    this.#replace(space, address, entry);
    this.#revision = entry.revision;
    this.#feed.emit(this.#onlyOverwritten);
    return entry.revision;
  }

  #apply(changes: readonly StoreChange[]): void {
    for (const change of changes) this.#applyOne(change);
    this.#feed.emit(changes);
  }

  #applyOne({ space, type, entry }: StoreChange): void {
    const inside = this.#spaces.findOrAdd(space);
    const address = this.#records.find(inside.id, entry.key);
    if (type === ChangeKind.SET) {
      if (address !== 0) this.#replace(space, address, entry);
      else this.#insert(inside, entry);
    } else if (address !== 0) {
      this.#remove(inside, address, entry.key);
    }
    this.#revision = entry.revision;
  }

  #insert(inside: MemorySpace, entry: StoredValue): void {
    const address = this.#records.insert(inside.id, entry.key, entry);
    this.#spaces.addKey(inside, entry.key);
    if (entry.expiresAtMs !== 0) this.#setDeadline(inside.name, address, entry);
  }

  #replace(space: string, address: number, entry: StoredValue): void {
    if (this.#mayExpire) this.#dropDeadline(address);
    const moved = this.#records.overwrite(address, entry);
    if (entry.expiresAtMs !== 0) this.#setDeadline(space, moved, entry);
  }

  #remove(inside: MemorySpace, address: number, key: string): void {
    if (this.#mayExpire) this.#dropDeadline(address);
    this.#records.remove(address);
    this.#spaces.removeKey(inside, key);
  }

  #setDeadline(space: string, address: number, { key, expiresAtMs }: StoredValue): void {
    const deadline = { key, expiresAtMs };
    this.#mayExpire = true;
    this.#deadlines.set(address, deadline);
    this.#wheel.add(space, deadline);
  }

  #dropDeadline(address: number): void {
    const deadline = this.#deadlines.get(address);
    if (deadline === undefined) return;
    this.#deadlines.delete(address);
    this.#wheel.remove(deadline);
  }

  #lookAt(address: number, key: string): StoredValue {
    const look = this.#look;
    look.key = key;
    this.#records.read(address, look);
    return look;
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
    const present = keys.filter(
      (key) => (this.lookup(space, key)?.revision ?? Number.POSITIVE_INFINITY) <= lastRevision,
    );
    const results = this.write(
      space,
      present.map((key) => ({ type: 'delete', key })),
    );
    return results.filter((result) => result.type === 'delete' && result.deleted).length;
  }
}

/** A copy that may be kept. */
function owned({ key, value, kind, revision, expiresAtMs }: StoredValue): StoredValue {
  return { key, value: new Uint8Array(value), kind, revision, expiresAtMs };
}
