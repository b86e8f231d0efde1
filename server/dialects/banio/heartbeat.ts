import type { Clock, Deadline, Deadlines } from '@polywire/sdk/core';

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** 0: a silent peer may stay. */
  readonly timeoutMs: number;
  /** Called once: no beat came for so long. */
  onSilence(): void;
}

/** Watches for a peer that no longer shows that it lives. Its connecting counts as a beat. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #lastBeatMs: number;
  #deadline: Deadline | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#lastBeatMs = options.clock.now();
    this.#look();
  }

  beat(): void {
    this.#lastBeatMs = this.#options.clock.now();
  }

  stop(): void {
    if (this.#deadline !== undefined) this.#options.deadlines.drop(this.#deadline);
    this.#deadline = undefined;
  }

  /** A beat costs nothing: the deadline is moved only when it is reached. */
  #look(): void {
    const { clock, deadlines, timeoutMs, onSilence } = this.#options;
    if (timeoutMs === 0) return;
    const leftMs = timeoutMs - (clock.now() - this.#lastBeatMs);
    if (leftMs <= 0) onSilence();
    else this.#deadline = deadlines.set(leftMs, () => this.#look());
  }
}
