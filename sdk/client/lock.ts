import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { IoServiceCalls } from '@polywire/protocol/polywire.io.v1';
import { PolywireError, type Timer } from '../core/index.js';
import type { BareClient } from './bare-client.js';

export interface LockOptions {
  /** Milliseconds after which the lock falls open when its holder is gone. Default: 30,000. */
  readonly ttlMs?: number;
  /** Milliseconds to wait for it, in the order of the requests. Default: 0, do not wait. */
  readonly waitMs?: number;
  /** Withdraws waiting. */
  readonly signal?: AbortSignal;
}

/** It is renewed this often within its time. */
const RENEWALS = 3;
/** Milliseconds that the server may take, beside the waiting. */
const ANSWER_MS = 10_000;

/** A lock that is held, and renewed by itself until it is released or lost. */
export class HeldLock {
  /** By client, so that one look at its end is enough for all of them. */
  static readonly #heldBy = new WeakMap<BareClient, Set<HeldLock>>();
  readonly name: string;
  /** Grows with every holder: pass it to whatever the lock protects. */
  readonly fencingToken: number;
  readonly #client: BareClient;
  readonly #ttlMs: number;
  readonly #lost = new AbortController();
  #heldUntilMs: number;
  #timer: Timer | undefined;
  #released = false;

  constructor(client: BareClient, name: string, fencingToken: number, ttlMs: number, askedAtMs: number) {
    this.#client = client;
    this.name = name;
    this.fencingToken = fencingToken;
    this.#ttlMs = ttlMs;
    this.#heldUntilMs = askedAtMs + ttlMs;
    HeldLock.#heldOf(client).add(this);
    this.#arm();
  }

  static #heldOf(client: BareClient): Set<HeldLock> {
    const known = HeldLock.#heldBy.get(client);
    if (known !== undefined) return known;
    const held = new Set<HeldLock>();
    HeldLock.#heldBy.set(client, held);
    void HeldLock.#watch(client, held);
    return held;
  }

  /** The locks of a session end with it. */
  static async #watch(client: BareClient, held: ReadonlySet<HeldLock>): Promise<void> {
    const loseAll = (text: string, cause?: unknown): void => {
      for (const each of [...held]) each.#lose(new PolywireError(ErrorCode.LOCK_LOST, text, { cause }));
    };
    const statuses = client.status();
    // Where it is now; only what comes later can be another session.
    await statuses.next();
    for await (const { state, resumed } of statuses) {
      if (state === 'connected' && !resumed) loseAll('the session that held it is not gone on with');
    }
    loseAll('this client was closed', await client.closed());
  }

  /**
   * Aborted, with LOCK_LOST, as soon as another may hold it: when it could not be renewed in time, when the client
   * came back without its session, or was closed.
   */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Keeps it for another ttlMs from now.
   * @throws PolywireError LOCK_LOST when it is not held any more
   */
  async renew(): Promise<void> {
    this.#checkHeld();
    const { name, fencingToken } = this;
    const askedAtMs = this.#client.clock.now();
    const leftMs = Math.max(1, this.#heldUntilMs - askedAtMs);
    const request = { name, fencingToken, ttlMs: this.#ttlMs };
    try {
      const { acquired } = await this.#client.use(IoServiceCalls).lock(request, { timeoutMs: leftMs });
      if (!acquired) throw new PolywireError(ErrorCode.LOCK_LOST, `the lock ${name} is held by another one now`);
    } catch (thrown) {
      const error = PolywireError.from(thrown);
      if (error.code === ErrorCode.LOCK_LOST) this.#lose(error);
      throw error;
    }
    this.#heldUntilMs = askedAtMs + this.#ttlMs;
  }

  /** Gives it back. False: it was lost before. Does nothing the second time. */
  async release(): Promise<boolean> {
    if (this.#released || this.lost.aborted) return false;
    this.#released = true;
    this.#end();
    const { name, fencingToken } = this;
    const { released } = await this.#client.use(IoServiceCalls).unlock({ name, fencingToken });
    return released;
  }

  #arm(): void {
    const leftMs = this.#heldUntilMs - this.#client.clock.now();
    if (leftMs <= 0) {
      this.#lose(new PolywireError(ErrorCode.LOCK_LOST, `the lock ${this.name} could not be renewed in time`));
      return;
    }
    this.#timer = this.#client.clock.setTimer(Math.min(this.#ttlMs / RENEWALS, leftMs), () => {
      const again = (): void => {
        if (!this.#released && !this.lost.aborted) this.#arm();
      };
      if (this.#heldUntilMs <= this.#client.clock.now()) again();
      else this.renew().then(again, again);
    });
  }

  #end(): void {
    this.#timer?.cancel();
    HeldLock.#heldOf(this.#client).delete(this);
  }

  #lose(error: PolywireError): void {
    this.#end();
    this.#lost.abort(error);
  }

  #checkHeld(): void {
    if (this.lost.aborted) throw this.lost.reason;
    if (this.#released) throw new PolywireError(ErrorCode.LOCK_LOST, `the lock ${this.name} was released`);
  }
}

/**
 * Takes a lock. Undefined: somebody else holds it, and did not give it back within waitMs.
 *
 * ```ts
 * const held = await lock(client, 'nightly-report', { waitMs: 5_000 })
 * if (held !== undefined) try { await report(held.lost) } finally { await held.release() }
 * ```
 */
export async function lock(client: BareClient, name: string, options: LockOptions = {}): Promise<HeldLock | undefined> {
  const { ttlMs = 30_000, waitMs = 0, signal } = options;
  const call = { timeoutMs: waitMs + ANSWER_MS, ...(signal !== undefined && { signal }) };
  const askedAtMs = client.clock.now();
  const { acquired, fencingToken } = await client.use(IoServiceCalls).lock({ name, ttlMs, waitMs }, call);
  if (!acquired) return undefined;
  const waitedMs = client.clock.now() - askedAtMs;
  if (waitedMs < ttlMs / RENEWALS) return new HeldLock(client, name, fencingToken, ttlMs, askedAtMs);
  // Its time began somewhere in the wait: a renewal makes it known.
  const held = new HeldLock(client, name, fencingToken, ttlMs, client.clock.now());
  try {
    await held.renew();
  } catch (thrown) {
    // Nobody would hold it, and it would go on renewing itself.
    await held.release().catch(() => false);
    throw thrown;
  }
  return held;
}
