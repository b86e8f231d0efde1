import { randomInt } from 'node:crypto';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { Clock } from '@polywire/sdk/core';
import { isStorableKey } from '../stores/key-space.js';
import type { Store } from '../stores/store.js';

const SPACE = 'io/locks';
/** What a client has to answer an empty lock with a value of its own. */
const CLAIM_MS = 5_000;
const MAX_CLAIM_VALUE = 0x7fff_ffff;
/** Claims of one connection at once; the oldest gives way. */
const MAX_CLAIMS = 1_024;

interface Claim {
  /** Who was told that the lock is free. */
  readonly owner: object;
  readonly untilMs: number;
  /** What the others are told. */
  readonly value: Uint8Array;
}

/**
 * Locks of clients that know only get and set: who reads an empty lock writes a value of his own
 * and holds it, until he writes an empty one. To make the two steps one, reading an empty lock claims
 * it: for a moment every other connection reads it as taken, until the claimer has written, is
 * gone, or has let five seconds pass. And a lock that is held takes no other value.
 *
 * Locks are of this process: they are kept in memory, and its end frees them all. The end of a
 * connection does not, because a client comes back on another and still believes to hold them.
 */
export class NetLocks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #claims = new Map<string, Claim>();
  /** Keys that an owner may have claimed. */
  readonly #keysOf = new Map<object, Set<string>>();

  /** @param store one that answers synchronously */
  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The holder's value. Undefined: nobody holds the lock, and now only `owner` may take it. */
  get(key: string, owner: object): Uint8Array | undefined {
    const held = this.#store.get(SPACE, key);
    if (held !== undefined) return held.value;
    const claim = this.#claimOn(key);
    if (claim !== undefined && claim.owner !== owner) return claim.value;
    if (isStorableKey(key)) this.#claim(key, owner);
    return undefined;
  }

  /**
   * Takes the lock, or frees it with an empty value, whoever held it.
   * @param ttlMs after which it falls open; 0: never
   * @returns false when another value holds it, or another connection has claimed it
   * @throws PolywireError KEY_TOO_LONG or INVALID_ARGUMENT for a key that cannot be stored
   */
  set(key: string, value: Uint8Array, ttlMs: number, owner: object): boolean {
    const claim = this.#claimOn(key);
    if (value.length === 0) {
      if (claim?.owner === owner) this.#drop(key, claim);
      void this.#store.write(SPACE, [{ type: 'delete', key }]);
      return true;
    }
    if (claim !== undefined && claim.owner !== owner) return false;
    const held = this.#store.get(SPACE, key);
    if (held !== undefined && Buffer.compare(held.value, value) !== 0) return false;
    void this.#store.write(SPACE, [{ type: 'set', key, value, kind: ValueKind.TEXT, ttlMs }]);
    if (claim !== undefined) this.#drop(key, claim);
    return true;
  }

  /** A connection has ended: what it claimed and did not take is free again. */
  forget(owner: object): void {
    for (const key of this.#keysOf.get(owner) ?? []) this.#claims.delete(key);
    this.#keysOf.delete(owner);
  }

  /** The claim that stands. */
  #claimOn(key: string): Claim | undefined {
    const claim = this.#claims.get(key);
    if (claim === undefined || claim.untilMs > this.#clock.now()) return claim;
    this.#drop(key, claim);
    return undefined;
  }

  #claim(key: string, owner: object): void {
    const keys = this.#keysOf.get(owner) ?? new Set();
    this.#keysOf.set(owner, keys);
    for (const oldest of keys) {
      if (keys.size < MAX_CLAIMS) break;
      keys.delete(oldest);
      this.#claims.delete(oldest);
    }
    keys.add(key);
    const value = Buffer.from(String(randomInt(1, MAX_CLAIM_VALUE)));
    this.#claims.set(key, { owner, untilMs: this.#clock.now() + CLAIM_MS, value });
  }

  #drop(key: string, claim: Claim): void {
    this.#claims.delete(key);
    const keys = this.#keysOf.get(claim.owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysOf.delete(claim.owner);
  }
}
