import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { Store } from '../stores/store.js';
import { checkValue } from './check-value.js';
import type { NetLocks } from './net-locks.js';

const SPACE = 'io/values';
const LOCK_PREFIX = 'lock_';
/** Ten years, the longest that a store keeps count of; what ends later never does. */
const MAX_EXPIRE_SECS = 315_360_000;

export interface SharedValuesOptions {
  readonly store: Store;
  /** What keys that begin with "lock_" are. */
  readonly locks: NetLocks;
  readonly maxValueBytes: number;
}

/** Values that all BanIO clients share. Text only; an empty text is no value. */
export class SharedValues {
  readonly #options: SharedValuesOptions;
  /** The newest write of each key that is still on its way to the disk. */
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(options: SharedValuesOptions) {
    this.#options = options;
  }

  /**
   * The value, which belongs to the store; undefined when there is none. Waits for the writes of
   * the key that came before.
   * @param owner the connection that asks: a free lock is claimed for it
   */
  get(key: string, owner: object): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const { store, locks } = this.#options;
    if (key.startsWith(LOCK_PREFIX)) return locks.get(key, owner);
    const read = (): Uint8Array | undefined => store.get(SPACE, key)?.value;
    const writing = this.#writing.get(key);
    // Whoever wrote learns of a failure; here only the time matters.
    return writing === undefined ? read() : writing.then(read, read);
  }

  /**
   * Stores a value, or removes it when it is empty. An earlier expiry ends in any case.
   * @param expireSecs seconds until the value is gone; 0 or less, or more than ten years: never
   * @throws PolywireError VALUE_TOO_LARGE, KEY_TOO_LONG, INVALID_ARGUMENT, FAILED_PRECONDITION when
   * the key is a lock that is held; or rejects with what the store fails with
   */
  set(key: string, value: string, expireSecs: number, owner: object): void | Promise<void> {
    const { store, locks, maxValueBytes } = this.#options;
    const bytes = Buffer.from(value);
    checkValue(bytes, ValueKind.BYTES, maxValueBytes);
    const ttlMs = expireSecs > 0 && expireSecs <= MAX_EXPIRE_SECS ? expireSecs * 1000 : 0;
    if (key.startsWith(LOCK_PREFIX)) {
      if (locks.set(key, bytes, ttlMs, owner)) return;
      throw new PolywireError(ErrorCode.FAILED_PRECONDITION, `the lock ${key.slice(0, 64)} is held; it takes no value`);
    }
    const done = store.write(
      SPACE,
      value === '' ? [{ type: 'delete', key }] : [{ type: 'set', key, value: bytes, kind: ValueKind.TEXT, ttlMs }],
    );
    if (done instanceof Promise) return this.#track(key, done);
  }

  async #track(key: string, done: Promise<unknown>): Promise<void> {
    this.#writing.set(key, done);
    try {
      await done;
    } finally {
      if (this.#writing.get(key) === done) this.#writing.delete(key);
    }
  }
}
