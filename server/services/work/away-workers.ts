import { type Clock, type Deadline, Deadlines } from '@polywire/sdk/core';
import type { Worker } from './task.js';

/** A client that has said Hello on another connection offers its work again within this time. */
const OFFER_AGAIN_MS = 5_000;

/** A worker whose session goes on with another connection, on which it has not offered itself yet. */
interface AwayWorker {
  readonly name: string;
  readonly worker: Worker;
  readonly deadline: Deadline;
  readonly onGone: () => void;
}

/** Workers with tasks that are about to come back. */
export class AwayWorkers {
  readonly #deadlines: Deadlines;
  /** In the order they went. */
  readonly #away = new Set<AwayWorker>();

  constructor(clock: Clock) {
    this.#deadlines = new Deadlines(clock);
  }

  get workers(): Worker[] {
    return [...this.#away].map(({ worker }) => worker);
  }

  /** @param onGone called when the worker does not come back in time, or its session has ended */
  add(name: string, worker: Worker, onGone: () => void): void {
    const deadline = this.#deadlines.set(OFFER_AGAIN_MS, () => this.#drop(away));
    const away: AwayWorker = { name, worker, deadline, onGone };
    this.#away.add(away);
  }

  /** The one of a session that went first, which is away no more. */
  take(name: string, sessionId: string): Worker | undefined {
    for (const away of this.#away) {
      if (away.name !== name || away.worker.sessionId !== sessionId) continue;
      this.#away.delete(away);
      this.#deadlines.drop(away.deadline);
      return away.worker;
    }
    return undefined;
  }

  endSession(sessionId: string): void {
    for (const away of [...this.#away]) {
      if (away.worker.sessionId !== sessionId) continue;
      this.#deadlines.drop(away.deadline);
      this.#drop(away);
    }
  }

  close(): void {
    this.#deadlines.clear();
    this.#away.clear();
  }

  #drop(away: AwayWorker): void {
    this.#away.delete(away);
    away.onGone();
  }
}
