import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import {
  IoServiceCalls,
  type WorkRequestInit,
  type WorkResponse,
  type WorkResultInit,
  type WorkTask,
} from '@polywire/protocol/polywire.io.v1';
import { ItemQueue, PolywireError, type Timer } from '../core/index.js';
import type { BareClient } from './bare-client.js';
import { checkResultSize } from './check-result-size.js';

export interface WorkOptions {
  /** Tasks that may run at once. Default: 1. */
  readonly concurrency?: number;
}

/** What a worker may know of a task beside its payload. */
export interface TaskContext {
  /** Method of a typed service; 0: none. */
  readonly methodId: number;
  /** The client that asked. */
  readonly clientId: string;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left; undefined: there is no deadline. */
  readonly remainingMs: number | undefined;
}

/** Does a task. What it throws travels to whoever asked: the code and text of a PolywireError, else INTERNAL. */
export type WorkHandler = (payload: Uint8Array, task: TaskContext) => Uint8Array | Promise<Uint8Array>;

/** How long a worker waits when the server is there but does not take its offer now. */
const RETRY_MS = 1_000;

/** One stream of tasks, on one connection. */
interface Stream {
  readonly outbox: ItemQueue<WorkRequestInit>;
  open: boolean;
  tasks: number;
}

/** An offer to work that stands: as long as the client lives, over every connection. */
export class Worker {
  readonly #client: BareClient;
  readonly #name: string;
  readonly #handler: WorkHandler;
  readonly #concurrency: number;
  readonly #tasks = new Map<string, { readonly abort: AbortController; readonly stream: Stream }>();
  /** The last results. The server waits for as many at most, so each that was lost is among them. */
  readonly #results = new Map<string, WorkResultInit>();
  #stream: Stream | undefined;
  #timer: Timer | undefined;
  #stopped: PolywireError | undefined;
  #settle: (error: PolywireError | undefined) => void = () => {};
  #tellStopped: (why: PolywireError) => void = () => {};
  readonly #statuses: ReturnType<BareClient['status']>;
  /** Resolves when the server has taken the offer; rejects when it does not take it at all. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when it takes no more tasks: `stop`, the end of its client, or a server that refuses it, also later. */
  readonly stopped: Promise<PolywireError>;

  constructor(client: BareClient, name: string, handler: WorkHandler, { concurrency = 1 }: WorkOptions) {
    this.#client = client;
    this.#name = name;
    this.#handler = handler;
    this.#concurrency = concurrency;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever does not look at it does not need to know.
    this.ready.catch(() => {});
    this.stopped = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
    this.#statuses = client.status();
    void this.#followClient();
  }

  /** Takes no more tasks. Those that run are finished, if the connection holds so long. */
  stop(): void {
    this.#stop(new PolywireError(ErrorCode.CANCELLED, 'this worker was stopped'));
  }

  async #followClient(): Promise<void> {
    for await (const { state, resumed } of this.#statuses) {
      if (state === 'connected') this.#open(resumed);
    }
    if (this.#stopped === undefined) this.#stop(await this.#client.closed());
  }

  /** @param resumed the server knows the tasks from before */
  #open(resumed: boolean): void {
    if (this.#stopped !== undefined) return;
    const before = this.#stream;
    const stream: Stream = { outbox: new ItemQueue(), open: true, tasks: 0 };
    this.#stream = stream;
    if (before !== undefined) this.#endWhenDone(before);
    const offer = { worker: this.#name, concurrency: this.#concurrency };
    stream.outbox.push({ event: { $case: 'offer', value: offer } }, 0);
    if (resumed) for (const result of this.#results.values()) send(stream, result);
    else this.#forget();
    this.#read(stream).then(
      () => this.#ended(stream, undefined),
      (thrown: unknown) => this.#ended(stream, PolywireError.from(thrown)),
    );
  }

  async #read(stream: Stream): Promise<void> {
    for await (const item of this.#client.use(IoServiceCalls).work(stream.outbox)) this.#on(item, stream);
  }

  #on({ event }: WorkResponse, stream: Stream): void {
    if (event?.$case === 'ready') this.#settle(undefined);
    else if (event?.$case === 'cancel') this.#tasks.get(event.value.taskId)?.abort.abort(cancelled());
    else if (event?.$case === 'task' && !this.#tasks.has(event.value.taskId)) void this.#run(event.value, stream);
  }

  async #run(task: WorkTask, stream: Stream): Promise<void> {
    const { taskId, payload, methodId, clientId, timeoutMs } = task;
    const { clock } = this.#client;
    const abort = new AbortController();
    const startedMs = clock.now();
    this.#tasks.set(taskId, { abort, stream });
    stream.tasks++;
    let result: WorkResultInit;
    try {
      const done = await this.#handler(payload, {
        methodId,
        clientId,
        signal: abort.signal,
        get remainingMs() {
          return timeoutMs === 0 ? undefined : Math.max(0, timeoutMs - (clock.now() - startedMs));
        },
      });
      checkResultSize(this.#client, done);
      result = { taskId, payload: done };
    } catch (thrown) {
      result = { taskId, error: PolywireError.from(thrown).toMessage() };
    }
    this.#tasks.delete(taskId);
    stream.tasks--;
    if (abort.signal.aborted) return;
    this.#results.set(taskId, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#concurrency) break;
      this.#results.delete(oldest);
    }
    const to = stream.open ? stream : this.#stream;
    if (to !== undefined) send(to, result);
    if (stream !== this.#stream || this.#stopped !== undefined) this.#endWhenDone(stream);
  }

  /** The session is another one: nobody knows the tasks of streams that have ended. */
  #forget(): void {
    this.#results.clear();
    for (const { abort, stream } of this.#tasks.values()) if (!stream.open) abort.abort(cancelled());
  }

  #ended(stream: Stream, error: PolywireError | undefined): void {
    stream.open = false;
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    // Without a connection the next one opens it anew.
    if (this.#stopped !== undefined || this.#client.state !== 'connected') return;
    if (error !== undefined && !error.retryable) {
      this.#stop(error);
      return;
    }
    const delayMs = Math.max(RETRY_MS, error?.retryAfterMs ?? 0);
    this.#timer = this.#client.clock.setTimer(delayMs, () => {
      if (this.#stream === undefined && this.#client.state === 'connected') this.#open(true);
    });
  }

  #stop(error: PolywireError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    this.#timer?.cancel();
    void this.#statuses.return?.();
    this.#settle(error);
    this.#tellStopped(error);
    if (this.#stream !== undefined) this.#endWhenDone(this.#stream);
  }

  #endWhenDone(stream: Stream): void {
    if (stream.tasks === 0) stream.outbox.end();
  }
}

function send(stream: Stream, result: WorkResultInit): void {
  stream.outbox.push({ event: { $case: 'result', value: result } }, 0);
}

function cancelled(): PolywireError {
  return new PolywireError(ErrorCode.CANCELLED, 'nobody waits for the result of this task any more');
}

/**
 * Offers to do tasks of a kind that others ask for by name.
 *
 * ```ts
 * work(client, 'thumbnails', async (image, { signal }) => shrink(image, signal), { concurrency: 4 })
 * ```
 */
export function work(client: BareClient, name: string, handler: WorkHandler, options: WorkOptions = {}): Worker {
  return new Worker(client, name, handler, options);
}
