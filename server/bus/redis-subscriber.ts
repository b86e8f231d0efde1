import { backoffMs, type Clock, type Timer } from '@polywire/sdk/core';
import type { RedisAttempt, RedisSubscription } from './redis-subscription.js';

/** Full jitter below a second: a Redis that is back is noticed within two. */
const BACKOFF = { firstMs: 100, maxMs: 1_000 };

/**
 * connecting: no subscription has stood yet. reconnecting: one stood and was lost.
 */
export type RedisState = 'connecting' | 'subscribed' | 'reconnecting' | 'closed';

export interface RedisSubscriberOptions {
  /** Begins one attempt. */
  attempt(): RedisAttempt;
  /** Called when the state changes. */
  onState(state: RedisState, reason: Error | undefined): void;
  /** An attempt failed; the next follows by itself. */
  onFailure(reason: Error): void;
  readonly clock: Clock;
  /** From 0 up to, not including, 1. Default: Math.random. */
  readonly random?: () => number;
}

/** Keeps subscriptions standing: when they are lost it connects again, as long as it takes, and subscribes again. */
export class RedisSubscriber {
  readonly #options: RedisSubscriberOptions;
  #state: RedisState = 'connecting';
  #attempt: RedisAttempt | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #onSettled: () => void = () => {};
  /** Resolves when the first attempt has ended, well or not. */
  readonly settled = new Promise<void>((resolve) => {
    this.#onSettled = resolve;
  });

  constructor(options: RedisSubscriberOptions) {
    this.#options = options;
  }

  get state(): RedisState {
    return this.#state;
  }

  start(): void {
    const attempt = this.#options.attempt();
    this.#attempt = attempt;
    attempt.subscribed
      .then(
        (subscription) => this.#stand(subscription),
        (thrown: unknown) => this.#retry(thrown),
      )
      .finally(this.#onSettled);
  }

  #stand(subscription: RedisSubscription): void {
    if (this.#state === 'closed') return;
    this.#failures = 0;
    this.#enter('subscribed', undefined);
    subscription.ended.then(
      (reason) => this.#retry(reason),
      (thrown: unknown) => this.#retry(thrown),
    );
  }

  #retry(thrown: unknown): void {
    if (this.#state === 'closed') return;
    const { clock, random = Math.random, onFailure } = this.#options;
    const reason = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#attempt?.close();
    if (this.#state === 'subscribed') this.#enter('reconnecting', reason);
    else onFailure(reason);
    this.#timer = clock.setTimer(backoffMs(this.#failures++, random(), BACKOFF), () => this.start());
  }

  #enter(state: RedisState, reason: Error | undefined): void {
    this.#state = state;
    this.#options.onState(state, reason);
  }

  /** Ends everything. Nothing is called any more. */
  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#attempt?.close();
  }
}
