import type { Clock, Timer } from '../clock.js';

/** A deadline that was set. */
export interface Deadline {
  readonly atMs: number;
  /** Undefined: it has expired, or was dropped. */
  expire: (() => void) | undefined;
  /** Its neighbours in the list of all. */
  before: Deadline | undefined;
  after: Deadline | undefined;
}

/**
 * Many deadlines on one timer. Most calls end long before their deadline, so setting and dropping
 * one is a few assignments; the timer looks for the next only when it fires.
 *
 * A list and not a Set, which leaves its table behind whenever that is full of deleted entries.
 */
export class Deadlines {
  readonly #clock: Clock;
  #first: Deadline | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` once, `afterMs` from now, unless it is dropped before. */
  set(afterMs: number, expire: () => void): Deadline {
    const first = this.#first;
    const deadline = { atMs: this.#clock.now() + afterMs, expire, before: undefined, after: first };
    if (first !== undefined) first.before = deadline;
    this.#first = deadline;
    if (deadline.atMs < this.#timerAtMs) this.#arm(deadline.atMs);
    return deadline;
  }

  /** Does nothing when it has expired, or was dropped before. */
  drop(deadline: Deadline): void {
    if (deadline.expire === undefined) return;
    const { before, after } = deadline;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    // What is dropped must not hold the others: one that is old would make all of them survive.
    deadline.expire = undefined;
    deadline.before = undefined;
    deadline.after = undefined;
    if (this.#first === undefined) this.clear();
  }

  clear(): void {
    for (let deadline = this.#first; deadline !== undefined; deadline = deadline.after) deadline.expire = undefined;
    this.#first = undefined;
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
    for (let deadline = this.#first; deadline !== undefined; deadline = deadline.after) {
      if (deadline.atMs <= now) due.push(deadline);
      else if (deadline.atMs < next) next = deadline.atMs;
    }
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    // In the order in which they were set.
    for (const deadline of due.reverse()) {
      // An earlier one may have dropped it.
      const { expire } = deadline;
      this.drop(deadline);
      expire?.();
    }
  }
}
