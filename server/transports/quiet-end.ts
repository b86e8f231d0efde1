import type { Deadline, Deadlines } from '@polywire/sdk/core';

/** A peer that ended its side is answered until nothing was sent for this long. */
const QUIET_MS = 200;

/** Waits until nothing more is sent to a peer that has ended its side. */
export class QuietEnd {
  readonly #deadlines: Deadlines;
  readonly #onQuiet: () => void;
  #deadline: Deadline;

  constructor(deadlines: Deadlines, onQuiet: () => void) {
    this.#deadlines = deadlines;
    this.#onQuiet = onQuiet;
    this.#deadline = deadlines.set(QUIET_MS, onQuiet);
  }

  /** Something was sent: the wait begins anew. */
  sent(): void {
    this.drop();
    this.#deadline = this.#deadlines.set(QUIET_MS, this.#onQuiet);
  }

  drop(): void {
    this.#deadlines.drop(this.#deadline);
  }
}
