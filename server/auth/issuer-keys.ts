import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, PolywireError } from '@polywire/sdk/core';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { RateBucket } from '../transports/rate-bucket.js';

const FETCH_TIMEOUT_MS = 4_000;
/** A key that the issuer has withdrawn is not trusted for longer. */
const KEYS_KEPT_MS = 600_000;
/** Fetches that may follow one another at once; then there is one in each interval. */
const FETCHES_AT_ONCE = 5;
/** Between fetches for unknown keys: anybody can name one. */
const FETCH_INTERVAL_MS = 30_000;
/** Between fetches while there are no keys. */
const RETRY_INTERVAL_MS = 1_000;
const MS_PER_SECOND = 1_000;

/**
 * The keys of an issuer, fetched when a token needs them and kept. That a key is not among them is said only when
 * they were fetched after the token came: the issuer may have begun to use it since the last time. Where the bound
 * on fetches does not allow that, the client is to come back.
 */
export class IssuerKeys {
  readonly #clock: Clock;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #forUnknown: RateBucket;
  readonly #forNone: RateBucket;
  #begun = 0;
  /** Number of the last fetch that succeeded. */
  #fetched = 0;
  #running: Promise<void> | undefined;

  constructor(url: string, clock: Clock) {
    const bucket = (intervalMs: number): RateBucket =>
      new RateBucket(MS_PER_SECOND / intervalMs, clock.now(), FETCHES_AT_ONCE);
    this.#clock = clock;
    this.#forUnknown = bucket(FETCH_INTERVAL_MS);
    this.#forNone = bucket(RETRY_INTERVAL_MS);
    this.#keys = createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cacheMaxAge: KEYS_KEPT_MS,
      // When they are fetched again is decided here.
      cooldownDuration: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * The key that a token names.
   *
   * Rejects with JWKSNoMatchingKey of jose when the issuer has no such key, PolywireError UNAVAILABLE when that is
   * not known and the keys may not be fetched yet, and with what a fetch fails with.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const before = this.#begun;
    if (!this.#keys.fresh) await (this.#running ?? this.#begin(this.#forNone));
    for (;;) {
      try {
        return await this.#keys(header, token);
      } catch (thrown) {
        if (!(thrown instanceof errors.JWKSNoMatchingKey) || this.#fetched > before) throw thrown;
      }
      await (this.#running ?? this.#begin(this.#forUnknown));
    }
  };

  #begin(allowance: RateBucket): Promise<void> {
    const waitMs = allowance.take(this.#clock.now());
    if (waitMs > 0) throw notYet(waitMs);
    const number = ++this.#begun;
    this.#running = this.#keys.reload().then(
      () => {
        this.#fetched = number;
        this.#running = undefined;
      },
      (thrown: unknown) => {
        this.#running = undefined;
        throw thrown;
      },
    );
    return this.#running;
  }
}

function notYet(retryAfterMs: number): PolywireError {
  const text = `the keys of the token issuer were fetched too often of late; try again in ${retryAfterMs} ms`;
  return new PolywireError(ErrorCode.UNAVAILABLE, text, { retryAfterMs });
}
