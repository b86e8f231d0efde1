import type { Clock, Timer } from '@polywire/sdk/core';
import { TimerHeap } from './timer-heap.js';

/** What a clock is made of. Tests pass their own. */
export interface TimeSource {
  /** Unix milliseconds, as the machine believes; may jump. */
  wallMs(): number;
  /** Milliseconds since any moment; never jumps. */
  monotonicMs(): number;
}

const CHECK_INTERVAL_MS = 1000;
/** A difference from the wall below this is drift, above it is a jump. */
const JUMP_MS = 1000;
/** Most correction of drift a second. */
const SLEW_MS = 5;
/** How long a jump must last before it is believed. */
const HOLD_MS = 30_000;

/**
 * Time that never moves backwards. It runs with the machine's monotonic clock and is compared with
 * the wall clock once a second when it is read: drift is followed slowly, a jump ahead after it has
 * lasted 30 seconds. A jump back is never followed: deadlines keep their distance, and the clock
 * stays ahead until the process restarts.
 */
export class MonotonicClock implements Clock {
  /** Every timer of the server, on one of the machine. */
  readonly timers: TimerHeap;
  readonly #source: TimeSource;
  /** Unix time minus monotonic time. */
  #offsetMs: number;
  #checkedAtMs: number;
  #jumpSinceMs: number | undefined;
  #lastMs = 0;
  #jumps = 0;

  constructor(source: TimeSource) {
    this.#source = source;
    this.timers = new TimerHeap(() => source.monotonicMs());
    const monotonicMs = source.monotonicMs();
    this.#offsetMs = source.wallMs() - monotonicMs;
    this.#checkedAtMs = monotonicMs;
  }

  /** How often the wall clock jumped by a second or more. */
  get jumps(): number {
    return this.#jumps;
  }

  now(): number {
    const monotonicMs = this.#source.monotonicMs();
    if (monotonicMs - this.#checkedAtMs >= CHECK_INTERVAL_MS) this.#compare(monotonicMs);
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#offsetMs + monotonicMs));
    return this.#lastMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const sleeper = this.timers.sleeper(run);
    this.timers.setAfter(sleeper, delayMs);
    return { cancel: () => this.timers.drop(sleeper) };
  }

  #compare(monotonicMs: number): void {
    this.#checkedAtMs = monotonicMs;
    const differenceMs = this.#source.wallMs() - (this.#offsetMs + monotonicMs);
    if (Math.abs(differenceMs) < JUMP_MS) {
      this.#jumpSinceMs = undefined;
      this.#offsetMs += Math.max(-SLEW_MS, Math.min(SLEW_MS, differenceMs));
      return;
    }
    if (this.#jumpSinceMs === undefined) {
      this.#jumpSinceMs = monotonicMs;
      this.#jumps++;
    }
    if (differenceMs > 0 && monotonicMs - this.#jumpSinceMs >= HOLD_MS) {
      this.#offsetMs += differenceMs;
      this.#jumpSinceMs = undefined;
    }
  }
}

/** The clock of this process. */
export const systemClock = new MonotonicClock({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});
