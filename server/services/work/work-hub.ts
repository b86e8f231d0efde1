import { randomUUID } from 'node:crypto';
import type { IoStats } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { type Clock, PolywireError } from '@polywire/sdk/core';
import { SharedBytes } from '../../sessions/shared-bytes.js';
import { Waits } from '../waits.js';
import { AwayWorkers } from './away-workers.js';
import type { Outcome, Task, TaskRequest, TaskResult, Worker, WorkerLink } from './task.js';
import { hasRoom, WorkPool } from './work-pool.js';

/** Tasks of one kind that may wait for a worker that is free. */
const MAX_QUEUED_TASKS = 1_000;
/** Bytes of tasks that may have to be sent, or sent again; one owner has a quarter of them. */
const MAX_KEPT_BYTES = 67_108_864;
/** What a worker is told of a task beside its payload takes less. */
const TASK_ROOM_BYTES = 1_024;
/** A task that costs its worker every time is not tried for ever. */
const MAX_ATTEMPTS = 3;

export interface WorkerOffer {
  readonly worker: string;
  readonly clientId: string;
  /** Empty: it is part of the server. */
  readonly sessionId: string;
  readonly concurrency: number;
  readonly link: WorkerLink;
}

/** A worker as it sees itself. */
export interface OfferedWork {
  /** Says the outcome of a task. One that nobody waits for is answered with `late`. */
  finish(taskId: string, outcome: Outcome): void;
  /** Its link is not as full as it was. */
  onRoom(): void;
  /**
   * Does nothing more: what it was doing is lost, or given to another.
   * @param comesBack its session goes on with another connection: it may offer itself again there, and finish
   */
  leave(comesBack?: boolean): void;
}

/**
 * Brings tasks to workers and results back. A task is done by the least busy worker; when all are busy it
 * waits, within its deadline; when there is none it fails at once.
 */
export class WorkHub {
  readonly #clock: Clock;
  readonly #waits: Waits;
  readonly #away: AwayWorkers;
  /** Largest task. */
  readonly maxPayloadBytes: number;
  readonly #pools = new Map<string, WorkPool>();
  readonly #keptBytes = new SharedBytes(MAX_KEPT_BYTES, MAX_KEPT_BYTES / 4);
  #draining = false;
  #lateResults = 0;

  /** @param maxMessageBytes largest message that a worker can be sent */
  constructor(clock: Clock, maxMessageBytes: number) {
    this.#clock = clock;
    this.#waits = new Waits(clock);
    this.#away = new AwayWorkers(clock);
    this.maxPayloadBytes = maxMessageBytes - TASK_ROOM_BYTES;
  }

  /**
   * Has a worker do a task. Fails with NO_WORKER when there is none, WORKER_LOST when it goes away,
   * DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED when too much waits, PACKET_TOO_LARGE when no worker could be
   * sent the task, what the signal was aborted with, or the worker's own error.
   */
  request(request: TaskRequest): Promise<TaskResult> {
    const { timeoutMs, payload } = request;
    // Over a limit of the wire the worker's whole stream would end, not this task alone.
    if (payload.length > this.maxPayloadBytes) return Promise.reject(tooLarge(payload.length, this.maxPayloadBytes));
    return this.#run({
      ...request,
      id: randomUUID(),
      untilMs: this.#clock.now() + timeoutMs,
      attempts: 0,
      doneBy: undefined,
      isKept: false,
    });
  }

  /** Must not have the request, whose payload may go before the task has ended. */
  async #run(task: Task): Promise<TaskResult> {
    const { signal, timeoutMs } = task;
    const onAbort = (): void => this.#waits.fail(task.id, signal?.reason);
    const result = this.#waits.wait(task.id, timeoutMs);
    signal?.addEventListener('abort', onAbort);
    try {
      if (signal?.aborted) onAbort();
      else this.#place(task);
      return { payload: await result, clientId: task.doneBy?.clientId ?? '' };
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#withdraw(task);
    }
  }

  /** Takes a worker on. */
  offer({ worker: name, clientId, sessionId, concurrency, link }: WorkerOffer): OfferedWork {
    const pool = this.#pools.get(name) ?? new WorkPool();
    this.#pools.set(name, pool);
    const worker: Worker = { clientId, sessionId, concurrency, link, running: new Map() };
    const before = sessionId === '' ? undefined : this.#away.take(name, sessionId);
    if (before !== undefined) inherit(worker, before);
    pool.add(worker);
    this.#feed(pool, worker);
    return {
      finish: (taskId, outcome) => this.#finish(pool, worker, taskId, outcome),
      onRoom: () => {
        if (pool.queue.size > 0) this.#feed(pool, worker);
      },
      leave: (comesBack = false) => this.#leave(name, pool, worker, comesBack),
    };
  }

  /** A session has ended: its workers do not come back. */
  endSession(sessionId: string): void {
    this.#away.endSession(sessionId);
  }

  /** Lets every worker go as soon as it has nothing to do. */
  drain(): void {
    this.#draining = true;
    for (const pool of this.#pools.values()) for (const worker of [...pool.workers]) this.#feed(pool, worker);
  }

  stats(): Pick<IoStats, 'workers' | 'tasksRunning' | 'tasksQueued' | 'resultsLate'> {
    const stats = { workers: 0, tasksRunning: 0, tasksQueued: 0, resultsLate: this.#lateResults };
    for (const pool of this.#pools.values()) {
      stats.workers += pool.size;
      stats.tasksQueued += pool.queue.size;
      for (const { running } of pool.workers) stats.tasksRunning += running.size;
    }
    for (const { running } of this.#away.workers) stats.tasksRunning += running.size;
    return stats;
  }

  /** Fails what is still waited for. */
  close(): void {
    this.#away.close();
    this.#waits.close();
  }

  /** Gives a task to a worker, or has it wait for one. */
  #place(task: Task): void {
    const pool = this.#pools.get(task.worker);
    if (pool === undefined || !pool.serves(task)) {
      this.#waits.fail(task.id, noWorker(task));
      return;
    }
    const worker = pool.choose(task);
    if (worker === undefined && pool.queue.size >= MAX_QUEUED_TASKS) {
      const text = `all workers "${task.worker}" are busy, and too many tasks wait for them; try again later`;
      this.#waits.fail(task.id, new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text));
    } else if ((worker === undefined || task.retry) && !this.#keep(task)) {
      const text = 'too many bytes of tasks are kept, of all who ask or of you; try again when some are done';
      this.#waits.fail(task.id, new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text));
    } else if (worker === undefined) {
      pool.queue.add(task);
    } else {
      this.#start(worker, task);
    }
  }

  /** @returns false when there is no room for its payload */
  #keep(task: Task): boolean {
    task.isKept ||= this.#keptBytes.take(task.owner, task.payload.length);
    return task.isKept;
  }

  /** It will not be sent any more. */
  #letGo(task: Task): void {
    if (task.isKept) this.#keptBytes.give(task.owner, task.payload.length);
    task.isKept = false;
    task.payload = EMPTY_BYTES;
  }

  #start(worker: Worker, task: Task): void {
    task.doneBy = worker;
    task.attempts++;
    worker.running.set(task.id, task);
    worker.link.start(task, Math.max(1, task.untilMs - this.#clock.now()));
    if (!task.retry) this.#letGo(task);
  }

  /** Gives waiting tasks to a worker that has room. */
  #feed(pool: WorkPool, worker: Worker): void {
    while (hasRoom(worker)) {
      const task = pool.takeFor(worker);
      if (task === undefined) break;
      this.#start(worker, task);
    }
    if (this.#draining && worker.running.size === 0) worker.link.end();
  }

  #finish(pool: WorkPool, worker: Worker, taskId: string, outcome: Outcome): void {
    const owner = ownerOf(pool, worker, taskId);
    if (owner?.running.delete(taskId) !== true) {
      this.#lateResults++;
      worker.link.late(taskId);
      return;
    }
    if ('error' in outcome) this.#waits.fail(taskId, errorOfTask(outcome.error));
    else this.#waits.complete(taskId, outcome.payload);
    this.#feed(pool, owner);
  }

  /** Nobody waits for a task any more. */
  #withdraw(task: Task): void {
    const pool = this.#pools.get(task.worker);
    pool?.queue.delete(task);
    this.#letGo(task);
    const worker = task.doneBy;
    if (worker === undefined || !worker.running.delete(task.id)) return;
    worker.link.cancel(task.id);
    if (pool?.workers.has(worker)) this.#feed(pool, worker);
  }

  #leave(name: string, pool: WorkPool, worker: Worker, comesBack: boolean): void {
    if (!pool.remove(worker)) return;
    const heir = comesBack ? [...pool.workers].find(({ sessionId }) => sessionId === worker.sessionId) : undefined;
    if (heir !== undefined) inherit(heir, worker);
    else if (comesBack && worker.running.size > 0) this.#away.add(name, worker, () => this.#lose(worker));
    else this.#lose(worker);
    for (const task of [...pool.queue]) if (!pool.serves(task)) this.#waits.fail(task.id, noWorker(task));
    if (pool.size === 0) this.#pools.delete(name);
  }

  /** What a worker was doing is lost, or given to another. */
  #lose(worker: Worker): void {
    const lost = [...worker.running.values()];
    worker.running.clear();
    for (const task of lost) {
      const again = task.retry && task.attempts < MAX_ATTEMPTS && this.#pools.get(task.worker)?.serves(task);
      if (again) this.#place(task);
      else this.#waits.fail(task.id, workerLost(task));
    }
  }
}

/** Gives the tasks of a worker to another, which is the same on another connection. */
function inherit(heir: Worker, { running }: Worker): void {
  for (const [id, task] of running) {
    task.doneBy = heir;
    heir.running.set(id, task);
  }
  running.clear();
}

/** A worker knows the tasks that its session was given, and no others. */
function ownerOf({ workers }: WorkPool, worker: Worker, taskId: string): Worker | undefined {
  if (worker.running.has(taskId) || worker.sessionId === '') return worker;
  for (const other of workers) {
    if (other.sessionId === worker.sessionId && other.running.has(taskId)) return other;
  }
  return undefined;
}

/** What a worker fails with is about its task: it cannot say what only the server says to its callers. */
function errorOfTask(error: PolywireError): PolywireError {
  const { code, message, details } = error;
  if (code === ErrorCode.UNSPECIFIED) {
    return new PolywireError(ErrorCode.INTERNAL, message || 'the worker failed without a reason', { details });
  }
  // Who is told DRAINING knows that nothing was done, and asks again.
  if (code === ErrorCode.DRAINING) return new PolywireError(ErrorCode.UNAVAILABLE, message, { details });
  return error;
}

function noWorker({ worker, clientId }: Task): PolywireError {
  const whose = clientId === '' ? '' : ` of the client ${clientId}`;
  return new PolywireError(ErrorCode.NO_WORKER, `there is no worker "${worker}"${whose}`, {
    details: { worker, ...(clientId !== '' && { client_id: clientId }) },
  });
}

function workerLost({ worker, attempts }: Task): PolywireError {
  const text = attempts > 1 ? `${attempts} workers "${worker}" went away` : `the worker "${worker}" went away`;
  return new PolywireError(
    ErrorCode.WORKER_LOST,
    `${text} before the task was done; whether it took effect is unknown`,
    {
      details: { worker },
    },
  );
}

function tooLarge(byteCount: number, limit: number): PolywireError {
  const text = `the task has ${byteCount} bytes; ${limit} is the most that a worker can be sent (limits.max_message_bytes)`;
  return new PolywireError(ErrorCode.PACKET_TOO_LARGE, text, { details: { limit: String(limit) } });
}
