import type { Clock, Timer } from '../core/index.js';

interface Planned {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #planned = new Set<Planned>();

  /** @param startMs Unix milliseconds */
  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  /** Timers that have not run and were not cancelled. */
  get pending(): number {
    return this.#planned.size;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const planned = { atMs: this.#nowMs + delayMs, order: this.#order++, run };
    this.#planned.add(planned);
    return { cancel: () => this.#planned.delete(planned) };
  }

  /** Moves time on and runs, in order, every timer that falls due, also those set on the way. */
  advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const next = this.#nextUntil(until);
      if (next === undefined) break;
      this.#planned.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = until;
  }

  /** Moves time on at once: timers that fell due meanwhile run late, at the end of it, each once. */
  sleep(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #nextUntil(until: number): Planned | undefined {
    let first: Planned | undefined;
    for (const planned of this.#planned) {
      if (planned.atMs > until) continue;
      if (
        first === undefined ||
        planned.atMs < first.atMs ||
        (planned.atMs === first.atMs && planned.order < first.order)
      ) {
        first = planned;
      }
    }
    return first;
  }
}
