import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { LockRequest, LockResponseInit, UnlockRequest } from '@polywire/protocol/polywire.io.v1';
import { type Clock, type Deadline, Deadlines, PolywireError } from '@polywire/sdk/core';
import type { Store } from '../stores/store.js';
import { FencingTokens } from './fencing-tokens.js';

const DEFAULT_TTL_MS = 30_000;
/** The answer that a lock was not to be had in time leaves so long before the caller's deadline. */
const ANSWER_MS = 50;
const MAX_WAITERS = 1_000;
const MAX_LOCKS_OF_SESSION = 1_000;
/** Half a line: no one session keeps all others from waiting. */
const MAX_WAITS_OF_SESSION = 500;
const MAX_LOCKS = 100_000;

export interface LocksOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Locks that one owner may hold, in all its sessions and beyond them. */
  readonly maxLocksOfOwner: number;
}

interface Holder {
  /** Undefined: it is detached from its session. */
  readonly sessionId: string | undefined;
  readonly owner: string;
  readonly token: number;
  deadline: Deadline;
}

/** What a request wants. */
interface Wish {
  readonly ttlMs: number;
  readonly detached: boolean;
  /** Undefined: only if it is free. */
  readonly waitMs: number | undefined;
}

interface Waiter {
  readonly sessionId: string;
  readonly owner: string;
  readonly ttlMs: number;
  readonly detached: boolean;
  readonly waits: boolean;
  settle(response: LockResponseInit): void;
  fail(error: unknown): void;
}

interface Lock {
  readonly name: string;
  holder: Holder | undefined;
  /** In the order of their requests. */
  readonly waiters: Set<Waiter>;
}

/** What a request for a lock may be told while it waits. */
export interface LockCall {
  readonly sessionId: string;
  /** Whom the lock counts against: `principalOf` the session. */
  readonly owner: string;
  /** Milliseconds that are left to answer; undefined: no deadline. */
  readonly remainingMs: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Locks of sessions, by name. A lock falls open when it is released, when its time is over, and when its
 * holder's session has ended; then the first in line has it. Every holder gets a number larger than
 * all before: what the lock protects refuses smaller ones, and so a holder that lost it.
 *
 * Who holds a lock is in memory: a restart of the server frees all.
 */
export class Locks {
  readonly #tokens: FencingTokens;
  readonly #deadlines: Deadlines;
  /** Locks that are held or waited for. */
  readonly #locks = new Map<string, Lock>();
  readonly #held = new Map<string, Set<Lock>>();
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** Locks that each owner holds. */
  readonly #heldBy = new Map<string, number>();
  readonly #maxLocksOfOwner: number;

  constructor({ store, clock, maxLocksOfOwner }: LocksOptions) {
    this.#tokens = new FencingTokens(store);
    this.#deadlines = new Deadlines(clock);
    this.#maxLocksOfOwner = maxLocksOfOwner;
  }

  /** Locks that are held or waited for. */
  get size(): number {
    return this.#locks.size;
  }

  /**
   * Takes a lock, waits for it, or keeps it for longer.
   *
   * Fails with LOCK_LOST when the fencing token is not that of the session's lock, RESOURCE_EXHAUSTED
   * when too many wait, or the session or its owner has too many, or what the store fails with. What is held is
   * looked at once more when a lock falls to who waited for it.
   */
  lock(request: LockRequest, call: LockCall): LockResponseInit | Promise<LockResponseInit> {
    const ttlMs = request.ttlMs === 0 ? DEFAULT_TTL_MS : request.ttlMs;
    if (request.fencingToken !== 0) return this.#renew(request.name, request.fencingToken, ttlMs, call.sessionId);
    const excess = this.#excessOf(call);
    if (excess !== undefined) throw excess;
    if ((this.#waiting.get(call.sessionId)?.size ?? 0) >= MAX_WAITS_OF_SESSION) {
      throw tooMany(`this session waits for ${MAX_WAITS_OF_SESSION} locks, which is the most`);
    }
    const lock = this.#locks.get(request.name) ?? { name: request.name, holder: undefined, waiters: new Set() };
    const waits = request.waitMs > 0;
    if (lock.holder !== undefined && !waits) return { acquired: false };
    if (lock.holder === undefined && this.#locks.size >= MAX_LOCKS) {
      throw tooMany(`${MAX_LOCKS} locks are held, which is the most; try again later`);
    }
    if (lock.waiters.size >= MAX_WAITERS) {
      throw tooMany(`${MAX_WAITERS} wait for the lock "${request.name}" already; try again later`);
    }
    this.#locks.set(lock.name, lock);
    const { detached } = request;
    return this.#wait(lock, { ttlMs, detached, waitMs: waits ? request.waitMs : undefined }, call);
  }

  /** @returns false when the session does not hold the lock with this token */
  unlock({ name, fencingToken }: UnlockRequest, sessionId: string): boolean {
    const lock = this.#locks.get(name);
    if (lock === undefined || !isHolder(lock, fencingToken, sessionId)) return false;
    this.#release(lock);
    return true;
  }

  /** A session has ended: it waits no more, and what it holds is free. */
  endSession(sessionId: string): void {
    const error = new PolywireError(ErrorCode.UNAVAILABLE, 'the session has ended');
    for (const waiter of [...(this.#waiting.get(sessionId) ?? [])]) waiter.fail(error);
    for (const lock of [...(this.#held.get(sessionId) ?? [])]) this.#release(lock);
  }

  close(): void {
    this.#deadlines.clear();
    for (const lock of this.#locks.values()) {
      for (const waiter of [...lock.waiters]) {
        waiter.fail(new PolywireError(ErrorCode.UNAVAILABLE, 'the server has closed'));
      }
    }
  }

  #renew(name: string, token: number, ttlMs: number, sessionId: string): LockResponseInit {
    const lock = this.#locks.get(name);
    if (lock?.holder === undefined || !isHolder(lock, token, sessionId)) {
      throw new PolywireError(
        ErrorCode.LOCK_LOST,
        `this session does not hold the lock "${name}" with token ${token}`,
        {
          details: { name, fencing_token: String(token) },
        },
      );
    }
    this.#deadlines.drop(lock.holder.deadline);
    lock.holder.deadline = this.#expireAfter(lock, ttlMs);
    return { acquired: true, fencingToken: token };
  }

  #wait(lock: Lock, wish: Wish, call: LockCall): Promise<LockResponseInit> {
    const { sessionId, owner, remainingMs, signal } = call;
    const { ttlMs, detached, waitMs } = wish;
    return new Promise((resolve, reject) => {
      let deadline: Deadline | undefined;
      const end = (): void => {
        lock.waiters.delete(waiter);
        removeFrom(this.#waiting, sessionId, waiter);
        if (deadline !== undefined) this.#deadlines.drop(deadline);
        signal.removeEventListener('abort', onAbort);
        this.#forgetIfUnused(lock);
      };
      const waiter: Waiter = {
        sessionId,
        owner,
        ttlMs,
        detached,
        waits: waitMs !== undefined,
        settle: (response) => {
          end();
          resolve(response);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const onAbort = (): void => waiter.fail(signal.reason);
      if (waitMs !== undefined) {
        const untilMs = Math.min(waitMs, Math.max(0, (remainingMs ?? waitMs) - ANSWER_MS));
        deadline = this.#deadlines.set(untilMs, () => waiter.settle({ acquired: false }));
      }
      lock.waiters.add(waiter);
      addTo(this.#waiting, sessionId, waiter);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      this.#grant(lock);
    });
  }

  /** Gives a free lock to the first in line. */
  #grant(lock: Lock): void {
    const first = this.#firstInLine(lock);
    if (first === undefined) return;
    const token = this.#tokens.take();
    if (token === undefined) {
      this.#tokens.reserve().then(
        () => this.#grant(lock),
        (thrown: unknown) => {
          for (const waiter of [...lock.waiters]) waiter.fail(thrown);
        },
      );
      return;
    }
    const { ttlMs, detached, owner } = first;
    const sessionId = detached ? undefined : first.sessionId;
    lock.holder = { sessionId, owner, token, deadline: this.#expireAfter(lock, ttlMs) };
    if (sessionId !== undefined) addTo(this.#held, sessionId, lock);
    this.#heldBy.set(owner, (this.#heldBy.get(owner) ?? 0) + 1);
    first.settle({ acquired: true, fencingToken: token });
    // They came while tokens were being reserved, and found it free.
    for (const waiter of [...lock.waiters]) if (!waiter.waits) waiter.settle({ acquired: false });
  }

  /** Who has a free lock next. Those who have too many by now are told so. */
  #firstInLine(lock: Lock): Waiter | undefined {
    for (const waiter of [...lock.waiters]) {
      if (lock.holder !== undefined) return undefined;
      const excess = this.#excessOf(waiter);
      if (excess === undefined) return waiter;
      waiter.fail(excess);
    }
    return undefined;
  }

  #excessOf({ sessionId, owner }: Pick<Waiter, 'sessionId' | 'owner'>): PolywireError | undefined {
    if ((this.#held.get(sessionId)?.size ?? 0) >= MAX_LOCKS_OF_SESSION) {
      return tooMany(`this session holds ${MAX_LOCKS_OF_SESSION} locks, which is the most; release one first`);
    }
    const limit = this.#maxLocksOfOwner;
    if ((this.#heldBy.get(owner) ?? 0) < limit) return undefined;
    const text = `the ${owner} holds ${limit} locks, which is the most (limits.max_locks_per_client); release one first`;
    return tooMany(text, { max_locks_per_client: String(limit) });
  }

  #expireAfter(lock: Lock, ttlMs: number): Deadline {
    return this.#deadlines.set(ttlMs, () => this.#release(lock));
  }

  #release(lock: Lock): void {
    const { holder } = lock;
    if (holder === undefined) return;
    this.#deadlines.drop(holder.deadline);
    lock.holder = undefined;
    if (holder.sessionId !== undefined) removeFrom(this.#held, holder.sessionId, lock);
    const left = (this.#heldBy.get(holder.owner) ?? 1) - 1;
    if (left > 0) this.#heldBy.set(holder.owner, left);
    else this.#heldBy.delete(holder.owner);
    this.#grant(lock);
    this.#forgetIfUnused(lock);
  }

  #forgetIfUnused(lock: Lock): void {
    if (lock.holder === undefined && lock.waiters.size === 0) this.#locks.delete(lock.name);
  }
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key) ?? new Set<T>();
  sets.set(key, set.add(value));
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}

function isHolder({ holder }: Lock, token: number, sessionId: string): boolean {
  if (holder === undefined || holder.token !== token) return false;
  return holder.sessionId === undefined || holder.sessionId === sessionId;
}

function tooMany(text: string, details: Record<string, string> = {}): PolywireError {
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details });
}
