import type { Clock, Timer } from '../clock.js';

/** A deadline that was set. */
export interface Deadline {
  readonly atMs: number;
  readonly expire: () => void;
}

/**
 * Many deadlines on one timer. Most calls end long before their deadline, so setting and dropping
 * one is a set insertion; the timer looks for the next only when it fires.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #all = new Set<Deadline>();
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` once, `afterMs` from now, unless it is dropped before. */
  set(afterMs: number, expire: () => void): Deadline {
    const deadline = { atMs: this.#clock.now() + afterMs, expire };
    this.#all.add(deadline);
    if (deadline.atMs < this.#timerAtMs) this.#arm(deadline.atMs);
    return deadline;
  }

  drop(deadline: Deadline): void {
    this.#all.delete(deadline);
    if (this.#all.size === 0) this.clear();
  }

  clear(): void {
    this.#all.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  #arm(atMs: number): void {
    this.#timer?.cancel();
    this.#timerAtMs = atMs;
    this.#timer = this.#clock.setTimer(Math.max(0, atMs - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due: Deadline[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const deadline of this.#all) {
      if (deadline.atMs <= now) due.push(deadline);
      else if (deadline.atMs < next) next = deadline.atMs;
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const deadline of due) {
      // An earlier one may have dropped it.
      if (this.#all.delete(deadline)) deadline.expire();
    }
  }
}
