import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { checkKey } from './key-space.js';
import { parseInteger } from './parse-integer.js';
import type { StoreChange, StoredValue, WriteOperation, WriteResult } from './store.js';

/** Longest time to live in milliseconds: ten years. */
export const MAX_TTL_MS = 315_360_000_000;

const NOTHING = new Uint8Array(0);
const NONE: readonly number[] = [];
/** Never written to. */
const NO_CHANGES: StoreChange[] = [];
const utf8 = new TextEncoder();

/** What a write would do. */
export interface Evaluation {
  readonly results: WriteResult[];
  /** Numbered without gaps, in order. */
  readonly changes: readonly StoreChange[];
  /** At the place of each change: the deadline of the value that it replaces; 0 or missing: none. */
  readonly replacedDeadlinesMs: readonly number[];
}

/** What a write meets. */
export interface Present {
  /** State of a key, also when its deadline has passed and nobody removed it yet. Not kept: it may change. */
  lookup(space: string, key: string): StoredValue | undefined;
  /** A value may have a deadline. False: a write without conditions does not have to look. */
  readonly mayExpire: boolean;
}

/** The change that removes a key whose deadline has passed. */
export function expiredChange(
  space: string,
  expired: Pick<StoredValue, 'key' | 'expiresAtMs'>,
  revision: number,
): StoreChange {
  return removal(space, ChangeKind.EXPIRED, expired.key, revision, expired.expiresAtMs);
}

/**
 * Works out writes against the present state; applies nothing. Values are copied.
 *
 * A key whose deadline has passed counts as missing. A write that meets such a key first removes it
 * with an EXPIRED change, so that expiry is reported once and before what comes after it.
 *
 * One for a store, so that a write makes no more garbage than its outcome.
 */
export class Evaluator {
  readonly #state: Present;
  readonly #now: () => number;
  #space = '';
  #revision = 0;
  #changes = NO_CHANGES;
  #replacedDeadlinesMs: readonly number[] = NONE;
  /** What earlier operations of the same write did. */
  #staged: Map<string, StoredValue | undefined> | undefined;
  /** The time of all operations; 0: nobody had to know it yet. */
  #timeMs = 0;

  /** @param now the store's time in Unix milliseconds */
  constructor(state: Present, now: () => number) {
    this.#state = state;
    this.#now = now;
  }

  /**
   * @param lastRevision the newest revision given out; the changes are numbered from the next one on
   * @throws PolywireError REVISION_MISMATCH, ALREADY_EXISTS, NOT_AN_INTEGER, INTEGER_OVERFLOW,
   * KEY_TOO_LONG, INVALID_ARGUMENT
   */
  evaluate(space: string, operations: readonly WriteOperation[], lastRevision: number): Evaluation {
    this.#space = space;
    this.#revision = lastRevision;
    this.#changes = NO_CHANGES;
    this.#replacedDeadlinesMs = NONE;
    this.#staged = operations.length > 1 ? new Map() : undefined;
    this.#timeMs = 0;
    // An array that grows takes room for 17: of one operation, which is the common case, that is waste.
    const [only] = operations;
    const results =
      only !== undefined && operations.length === 1
        ? [this.#apply(only)]
        : operations.map((operation) => this.#apply(operation));
    return { results, changes: this.#changes, replacedDeadlinesMs: this.#replacedDeadlinesMs };
  }

  /** Reading the clock costs as much as a small write, and most writes have no deadline. */
  get #nowMs(): number {
    if (this.#timeMs === 0) this.#timeMs = this.#now();
    return this.#timeMs;
  }

  #apply(operation: WriteOperation): WriteResult {
    checkKey(operation.key);
    if (operation.type === 'set') return this.#set(operation);
    if (operation.type === 'delete') return this.#delete(operation);
    return this.#increment(operation);
  }

  #set(operation: Extract<WriteOperation, { type: 'set' }>): WriteResult {
    const { key, ttlMs } = operation;
    checkTtl(ttlMs);
    const isPlain = operation.ifAbsent !== true && operation.ifRevision === undefined;
    const present = isPlain && !this.#state.mayExpire ? undefined : this.#present(key);
    if (operation.ifAbsent === true && present !== undefined) {
      throw conflict(ErrorCode.ALREADY_EXISTS, key, `exists already, at revision ${present.revision}`);
    }
    checkRevision(key, operation.ifRevision, present);
    // A real copy: the bytes may be memory of a socket that changes after this call.
    const value = new Uint8Array(operation.value);
    const kind = storedKind(operation.kind);
    const expiresAtMs = ttlMs === 0 ? 0 : this.#nowMs + ttlMs;
    const revision = this.#put({ key, value, kind, revision: ++this.#revision, expiresAtMs }, present);
    return { type: 'set', revision };
  }

  #delete(operation: Extract<WriteOperation, { type: 'delete' }>): WriteResult {
    const { key } = operation;
    const present = this.#present(key);
    checkRevision(key, operation.ifRevision, present);
    if (present === undefined) return { type: 'delete', deleted: false, revision: 0 };
    const revision = ++this.#revision;
    this.#push(removal(this.#space, ChangeKind.DELETED, key, revision, 0), undefined, present.expiresAtMs);
    return { type: 'delete', deleted: true, revision };
  }

  #increment(operation: Extract<WriteOperation, { type: 'increment' }>): WriteResult {
    const { key, delta } = operation;
    const present = this.#present(key);
    const before = present === undefined ? 0n : parseInteger(present.value);
    if (before === undefined) throw conflict(ErrorCode.NOT_AN_INTEGER, key, 'does not hold a decimal 64-bit integer');
    const sum = before + delta;
    if (BigInt.asIntN(64, sum) !== sum) {
      throw conflict(ErrorCode.INTEGER_OVERFLOW, key, `holds ${before}; adding ${delta} leaves the 64-bit range`);
    }
    const value = utf8.encode(String(sum));
    const kind = present?.kind ?? ValueKind.TEXT;
    const expiresAtMs = present?.expiresAtMs ?? 0;
    const revision = this.#put({ key, value, kind, revision: ++this.#revision, expiresAtMs }, present);
    return { type: 'increment', value: sum, revision };
  }

  /** Present state of a key; one whose deadline has passed is removed on the way. */
  #present(key: string): StoredValue | undefined {
    const found = this.#staged?.has(key) ? this.#staged.get(key) : this.#state.lookup(this.#space, key);
    if (found === undefined || found.expiresAtMs === 0 || !hasExpired(found, this.#nowMs)) return found;
    this.#push(expiredChange(this.#space, found, ++this.#revision), undefined, found.expiresAtMs);
    return undefined;
  }

  #put(entry: StoredValue, replaced: StoredValue | undefined): number {
    this.#push({ space: this.#space, type: ChangeKind.SET, entry }, entry, replaced?.expiresAtMs ?? 0);
    return entry.revision;
  }

  #push(change: StoreChange, state: StoredValue | undefined, replacedDeadlineMs: number): void {
    if (replacedDeadlineMs !== 0) this.#noteDeadline(this.#changes.length, replacedDeadlineMs);
    if (this.#changes === NO_CHANGES) this.#changes = [change];
    else this.#changes.push(change);
    this.#staged?.set(change.entry.key, state);
  }

  #noteDeadline(place: number, deadlineMs: number): void {
    const deadlines = [...this.#replacedDeadlinesMs];
    while (deadlines.length < place) deadlines.push(0);
    deadlines.push(deadlineMs);
    this.#replacedDeadlinesMs = deadlines;
  }
}

/** A value of this write will have a deadline. */
export function setsDeadline(operations: readonly WriteOperation[]): boolean {
  for (const operation of operations) if (operation.type === 'set' && operation.ttlMs !== 0) return true;
  return false;
}

/** What is not text is bytes. */
export function storedKind(kind: ValueKind): ValueKind {
  return kind === ValueKind.TEXT ? ValueKind.TEXT : ValueKind.BYTES;
}

/** The rule that every read and write follows: at its deadline a value is gone. */
export function hasExpired(value: StoredValue, nowMs: number): boolean {
  return value.expiresAtMs !== 0 && value.expiresAtMs <= nowMs;
}

/** What the key holds after a change. */
export function stateAfter(change: StoreChange): StoredValue | undefined {
  return change.type === ChangeKind.SET ? change.entry : undefined;
}

function removal(space: string, type: ChangeKind, key: string, revision: number, expiresAtMs: number): StoreChange {
  const entry = { key, value: NOTHING, kind: ValueKind.UNSPECIFIED, revision, expiresAtMs };
  return { space, type, entry };
}

/** A missing key has revision 0. */
function checkRevision(key: string, expected: number | undefined, present: StoredValue | undefined): void {
  const revision = present?.revision ?? 0;
  if (expected === undefined || expected === revision) return;
  const actual = present === undefined ? 'is missing' : `is at revision ${revision}`;
  throw conflict(ErrorCode.REVISION_MISMATCH, key, `${actual}, not at ${expected}`, { revision: String(revision) });
}

/** @throws PolywireError INVALID_ARGUMENT */
export function checkTtl(ttlMs: number): void {
  if (Number.isInteger(ttlMs) && ttlMs >= 0 && ttlMs <= MAX_TTL_MS) return;
  throw new PolywireError(
    ErrorCode.INVALID_ARGUMENT,
    `ttl_ms is ${ttlMs}; it must be a whole number of milliseconds from 0 to ${MAX_TTL_MS} (ten years)`,
    { details: { field: 'ttl_ms', limit: String(MAX_TTL_MS) } },
  );
}

function conflict(code: ErrorCode, key: string, what: string, details: Record<string, string> = {}): PolywireError {
  return new PolywireError(code, `the key ${quoteKey(key)} ${what}`, { details });
}

/** At most 64 characters of a key, with control characters escaped, for error texts. */
function quoteKey(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}...` : key);
}
