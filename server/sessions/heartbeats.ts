import type { Clock, Timer } from '@polywire/sdk/core';
import type { SessionTable } from './session-table.js';

/** How often a heartbeat's time is looked at: a silent session is found within a quarter of it. */
const TICKS_PER_HEARTBEAT = 4;
/** Heartbeats without a word after which a peer is taken for lost. */
const MISSED_HEARTBEATS = 2;

export interface HeartbeatsOptions {
  readonly clock: Clock;
  readonly sessions: SessionTable;
  /** Time between two heartbeats. 0: none are expected. */
  readonly heartbeatMs: number;
}

/**
 * Finds the sessions from which nothing came for two heartbeats. One timer for all: a session
 * notes the present tick when it hears something, and every tick all are looked through.
 */
export class Heartbeats {
  readonly heartbeatMs: number;
  readonly #options: HeartbeatsOptions;
  #timer: Timer | undefined;
  /** Grows by one every quarter of a heartbeat. */
  tick = 0;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.heartbeatMs = options.heartbeatMs;
    if (options.heartbeatMs > 0) this.#arm();
  }

  /** For so many ticks a peer that was last heard at that tick has been taken for lost. 0: it is not. */
  lostForTicks(heardAtTick: number): number {
    return Math.max(0, this.tick - heardAtTick - MISSED_HEARTBEATS * TICKS_PER_HEARTBEAT);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { clock, heartbeatMs } = this.#options;
    this.#timer = clock.setTimer(heartbeatMs / TICKS_PER_HEARTBEAT, () => {
      this.tick++;
      for (const session of this.#options.sessions.all) session.onTick?.();
      this.#arm();
    });
  }
}
