import type { PolywireError } from '@polywire/sdk/core';

/** What somebody asks a worker to do. */
export interface TaskRequest {
  /** Kind of worker; of a typed service its full name. */
  readonly worker: string;
  /** Only a worker of this client; empty: any. */
  readonly clientId: string;
  /** Method of a typed service; 0: none. */
  readonly methodId: number;
  /** Must own its bytes. */
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  /** When its worker is lost, another one gets the task. */
  readonly retry: boolean;
  /** The client that asks. */
  readonly askedBy: string;
  /** Whom the task counts against: `principalOf` the session that asks; empty: the server itself. */
  readonly owner: string;
  readonly signal: AbortSignal | undefined;
}

export interface TaskResult {
  readonly payload: Uint8Array;
  /** The client whose worker it was. */
  readonly clientId: string;
}

/** A task on its way. */
export interface Task extends Omit<TaskRequest, 'payload'> {
  readonly id: string;
  /** Empty once a worker has it that is the only one to get it. */
  payload: Uint8Array;
  /** Its payload is counted as kept. */
  isKept: boolean;
  readonly untilMs: number;
  /** Workers that had it. */
  attempts: number;
  /** The worker that had it last; undefined: it waits for one that is free. */
  doneBy: Worker | undefined;
}

/** How a worker is reached. None of these may throw. */
export interface WorkerLink {
  /** It has so much to read that it gets no more tasks for now: `OfferedWork.onRoom` says when. */
  readonly isFull: boolean;
  /** @param timeoutMs milliseconds that are left */
  start(task: Task, timeoutMs: number): void;
  cancel(taskId: string): void;
  /** A result came that nobody waits for. */
  late(taskId: string): void;
  /** There will be no more tasks. */
  end(): void;
}

/** Somebody who does tasks, so many at once. */
export interface Worker {
  readonly clientId: string;
  /** Empty: it is part of the server. */
  readonly sessionId: string;
  readonly concurrency: number;
  readonly link: WorkerLink;
  /** By id. */
  readonly running: Map<string, Task>;
}

/** What a worker says of a task. */
export type Outcome = { readonly payload: Uint8Array } | { readonly error: PolywireError };
