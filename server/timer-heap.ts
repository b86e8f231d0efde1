const NEVER = Number.POSITIVE_INFINITY;
/** Longest delay that Node's timers take; a longer one would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Something that is woken at a time; made by `TimerHeap.sleeper`. */
export interface Sleeper {
  readonly wake: () => void;
  dueMs: number;
  /** What it is sorted by: never later than `dueMs`. */
  atMs: number;
  /** Its place in the heap; -1: it has none. */
  place: number;
}

/**
 * Many timers on one. A sleeper that is put off keeps its place, and is moved when its turn comes:
 * most timeouts are put off many times and hardly ever come.
 */
export class TimerHeap {
  readonly #now: () => number;
  readonly #heap: Sleeper[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = NEVER;

  /** @param now milliseconds, never moving backwards */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sleepers that have a time. */
  get size(): number {
    return this.#heap.length;
  }

  sleeper(wake: () => void): Sleeper {
    return { wake, dueMs: NEVER, atMs: NEVER, place: -1 };
  }

  /** Wakes `sleeper` at `dueMs` instead of what was said before. */
  set(sleeper: Sleeper, dueMs: number): void {
    sleeper.dueMs = dueMs;
    if (sleeper.place >= 0 && sleeper.atMs <= dueMs) return;
    if (sleeper.place < 0) sleeper.place = this.#heap.push(sleeper) - 1;
    sleeper.atMs = dueMs;
    this.#rise(sleeper);
    this.#arm();
  }

  /** Wakes `sleeper` in `delayMs` instead of what was said before. */
  setAfter(sleeper: Sleeper, delayMs: number): void {
    this.set(sleeper, this.#now() + delayMs);
  }

  /** Wakes it no more. */
  drop(sleeper: Sleeper): void {
    const { place } = sleeper;
    sleeper.dueMs = NEVER;
    if (place < 0) return;
    sleeper.place = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === sleeper) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAtMs = NEVER;
    for (const sleeper of this.#heap.splice(0)) {
      sleeper.place = -1;
      sleeper.dueMs = NEVER;
    }
  }

  #put(sleeper: Sleeper, place: number): void {
    this.#heap[place] = sleeper;
    sleeper.place = place;
  }

  #rise(sleeper: Sleeper): void {
    let { place } = sleeper;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1] as Sleeper;
      if (parent.atMs <= sleeper.atMs) break;
      const above = parent.place;
      this.#put(parent, place);
      place = above;
    }
    this.#put(sleeper, place);
  }

  #sink(sleeper: Sleeper): void {
    let { place } = sleeper;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const child = right !== undefined && left !== undefined && right.atMs < left.atMs ? right : left;
      if (child === undefined || child.atMs >= sleeper.atMs) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(sleeper, place);
  }

  #arm(): void {
    const atMs = this.#heap[0]?.atMs ?? NEVER;
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    const delayMs = Math.max(0, Math.ceil(atMs - this.#now()));
    this.#timer = setTimeout(() => this.#fire(), Math.min(delayMs, MAX_DELAY_MS));
    // A timer alone keeps no process alive; a socket does.
    this.#timer.unref();
  }

  #fire(): void {
    this.#timerAtMs = NEVER;
    const now = this.#now();
    const due: Sleeper[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= now; first = this.#heap[0]) {
      if (first.dueMs <= now) {
        due.push(first);
        this.drop(first);
      } else {
        first.atMs = first.dueMs;
        this.#sink(first);
      }
    }
    this.#arm();
    for (const sleeper of due) {
      try {
        sleeper.wake();
      } catch (thrown) {
        // As with timers of their own: nobody catches it, and the others are woken.
        process.nextTick(() => {
          throw thrown;
        });
      }
    }
  }
}
