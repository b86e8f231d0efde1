import type { ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { DEFAULT_TASK_TIMEOUT_MS } from './services/io.js';
import { checkTopicName, type Published, type Topics } from './services/topics/topics.js';
import { askClient } from './services/work/ask-client.js';
import type { Outcome, Task, TaskResult } from './services/work/task.js';
import type { OfferedWork, WorkHub } from './services/work/work-hub.js';

/** What is to be done, and by whom. */
export interface WorkRequestOptions {
  /** Only a worker of this client. Default: any. */
  readonly clientId?: string;
  /** Milliseconds, with the time in the queue. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Gives the task to another worker when its own is lost. Default: false. */
  readonly retry?: boolean;
  readonly signal?: AbortSignal;
}

/** A task, as a worker on the server sees it. */
export interface ServerTask {
  readonly payload: Uint8Array;
  /** Method of a typed service; 0: none. */
  readonly methodId: number;
  /** The client that asks; empty: the server, or a client without an identity. */
  readonly clientId: string;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

export type ServerWorker = (task: ServerTask) => Uint8Array | Promise<Uint8Array>;

/** Topics and work for code on the server: `server.io`. */
export class ServerIo {
  readonly #topics: Topics;
  readonly #work: WorkHub;

  constructor(topics: Topics, work: WorkHub) {
    this.#topics = topics;
    this.#work = work;
  }

  /**
   * Publishes a message to a topic.
   * @throws PolywireError INVALID_ARGUMENT for a pattern, RESOURCE_EXHAUSTED, PACKET_TOO_LARGE
   */
  broadcast(
    topic: string,
    payload: Uint8Array,
    options: { readonly tags?: ReadonlyMap<string, string> } = {},
  ): Published {
    checkTopicName(topic);
    return this.#topics.publish({ topic, payload, ...options });
  }

  /**
   * Has a worker do something. Rejects with PolywireError NO_WORKER when there is none, WORKER_LOST,
   * DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, or the worker's own error.
   * @param payload must not change until the result is there
   */
  request(worker: string, payload: Uint8Array, options: WorkRequestOptions = {}): Promise<TaskResult> {
    return this.#request(worker, 0, payload, options);
  }

  /**
   * The typed client of a service that clients serve with `client.serve(Service, handler)`. A call is
   * done by one of them, or by `clientId` alone, and fails as `request` does.
   */
  ask<Client>(service: ServiceDescriptor<Client>, options: WorkRequestOptions = {}): Client {
    return askClient(service, ({ methodId, payload, timeoutMs, signal }) =>
      this.#request(service.typeName, methodId, payload, {
        ...options,
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(signal !== undefined && { signal }),
      }),
    );
  }

  /**
   * Offers a worker on the server, beside those of clients.
   * @param options.concurrency tasks at once. Default: 1
   * @returns what ends that; what it is doing is lost then
   */
  work(worker: string, handler: ServerWorker, options: { readonly concurrency?: number } = {}): () => void {
    const running = new Map<string, AbortController>();
    const work: OfferedWork = this.#work.offer({
      worker,
      clientId: '',
      sessionId: '',
      concurrency: options.concurrency ?? 1,
      link: {
        isFull: false,
        start: (task) => {
          const abort = new AbortController();
          running.set(task.id, abort);
          void run(handler, task, abort.signal).then((outcome) => {
            if (running.delete(task.id)) work.finish(task.id, outcome);
          });
        },
        cancel: (taskId) => {
          running.get(taskId)?.abort();
          running.delete(taskId);
        },
        late: () => {},
        end: () => {},
      },
    });
    return () => {
      for (const abort of running.values()) abort.abort();
      running.clear();
      work.leave();
    };
  }

  #request(worker: string, methodId: number, payload: Uint8Array, options: WorkRequestOptions): Promise<TaskResult> {
    const { clientId = '', timeoutMs = DEFAULT_TASK_TIMEOUT_MS, retry = false, signal } = options;
    return this.#work.request({
      worker,
      clientId,
      methodId,
      payload,
      timeoutMs,
      retry,
      askedBy: '',
      owner: '',
      signal,
    });
  }
}

async function run(handler: ServerWorker, task: Task, signal: AbortSignal): Promise<Outcome> {
  const { payload, methodId, askedBy: clientId } = task;
  try {
    return { payload: await handler({ payload, methodId, clientId, signal }) };
  } catch (thrown) {
    return { error: PolywireError.from(thrown) };
  }
}
