import type { Clock, Timer } from '@polywire/sdk/core';
import type { DeadlineRow } from './lmdb-tables.js';

export interface DeadlineSweepOptions {
  readonly clock: Clock;
  /** The store's time, which may stand still while the clock catches up. */
  now(): number;
  /** Resolves when the rows hold every deadline that has been noted. */
  prepare(): Promise<void>;
  dueRows(nowMs: number, after: Uint8Array | undefined, limit: number): DeadlineRow[];
  nextDeadline(afterMs: number): number | undefined;
  /** Removes the keys of rows that still hold, and resolves when that is on the disk. Rejects: the store failed. */
  expire(rows: readonly DeadlineRow[]): Promise<void>;
}

/** A page is short, because it is worked out in one go. */
const PAGE_ROWS = 200;
/** Deadlines within so many milliseconds are served by one sweep. */
const GRAIN_MS = 50;

/** Removes what has expired, by an ordered index of deadlines: one timer, whatever the number of keys. */
export class DeadlineSweep {
  readonly #options: DeadlineSweepOptions;
  #timer: Timer | undefined;
  #armedForMs = Number.POSITIVE_INFINITY;
  #isRunning = false;
  #isStopped = false;

  constructor(options: DeadlineSweepOptions) {
    this.#options = options;
  }

  /** True: some key has a deadline. */
  get hasDeadlines(): boolean {
    return this.#isRunning || this.#armedForMs !== Number.POSITIVE_INFINITY;
  }

  /** Begins with what the index holds. */
  start(): void {
    this.noteDeadline(this.#options.nextDeadline(0));
  }

  /** Tells of a deadline that is in the index now. */
  noteDeadline(deadlineMs: number | undefined): void {
    if (deadlineMs === undefined || deadlineMs >= this.#armedForMs || this.#isStopped) return;
    this.#armedForMs = deadlineMs;
    if (!this.#isRunning) this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    const wakeAtMs = Math.ceil((this.#armedForMs + 1) / GRAIN_MS) * GRAIN_MS;
    const delayMs = Math.max(wakeAtMs - this.#options.now(), 0);
    this.#timer = this.#options.clock.setTimer(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#armedForMs = Number.POSITIVE_INFINITY;
    try {
      await this.#options.prepare();
      const nowMs = this.#options.now();
      await this.#sweep(nowMs);
      if (this.#isStopped) return;
      const nextMs = this.#options.nextDeadline(nowMs) ?? Number.POSITIVE_INFINITY;
      this.#armedForMs = Math.min(this.#armedForMs, nextMs);
    } catch {
      // Whoever owns the store has reported its failure; there is nothing left to sweep for.
      this.stop();
    } finally {
      this.#isRunning = false;
    }
    if (this.hasDeadlines && !this.#isStopped) this.#arm();
  }

  async #sweep(nowMs: number): Promise<void> {
    let after: Uint8Array | undefined;
    while (!this.#isStopped) {
      const rows = this.#options.dueRows(nowMs, after, PAGE_ROWS);
      if (rows.length > 0) await this.#options.expire(rows);
      if (rows.length < PAGE_ROWS) return;
      after = rows.at(-1)?.row;
    }
  }
}
