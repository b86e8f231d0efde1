import type { Task, Worker } from './task.js';

/** Whether a worker takes another task now. */
export function hasRoom({ running, concurrency, link }: Worker): boolean {
  return running.size < concurrency && !link.isFull;
}

/** The workers of one kind, and the tasks that wait for one of them. */
export class WorkPool {
  /** The one that was chosen last is last. */
  readonly #workers = new Set<Worker>();
  readonly #ofClient = new Map<string, Set<Worker>>();
  /** In the order they came. */
  readonly queue = new Set<Task>();

  get size(): number {
    return this.#workers.size;
  }

  get workers(): ReadonlySet<Worker> {
    return this.#workers;
  }

  add(worker: Worker): void {
    this.#workers.add(worker);
    const own = this.#ofClient.get(worker.clientId) ?? new Set<Worker>();
    this.#ofClient.set(worker.clientId, own.add(worker));
  }

  /** @returns false when it was not there */
  remove(worker: Worker): boolean {
    const own = this.#ofClient.get(worker.clientId);
    own?.delete(worker);
    if (own?.size === 0) this.#ofClient.delete(worker.clientId);
    return this.#workers.delete(worker);
  }

  /** Whether there is somebody, busy or not, who may do a task. */
  serves({ clientId }: Pick<Task, 'clientId'>): boolean {
    return clientId === '' ? this.#workers.size > 0 : this.#ofClient.has(clientId);
  }

  /** The least busy worker with room for a task; among equals the one whose turn is longest ago. */
  choose({ clientId }: Pick<Task, 'clientId'>): Worker | undefined {
    const candidates = clientId === '' ? this.#workers : this.#ofClient.get(clientId);
    let best: Worker | undefined;
    for (const worker of candidates ?? []) {
      const { running } = worker;
      if (!hasRoom(worker)) continue;
      if (best === undefined || running.size < best.running.size) best = worker;
      if (running.size === 0) break;
    }
    if (best === undefined) return undefined;
    this.#workers.delete(best);
    this.#workers.add(best);
    return best;
  }

  /** The task that a worker with room gets next, which leaves the queue. */
  takeFor(worker: Worker): Task | undefined {
    for (const task of this.queue) {
      if (task.clientId !== '' && task.clientId !== worker.clientId) continue;
      this.queue.delete(task);
      return task;
    }
    return undefined;
  }
}
