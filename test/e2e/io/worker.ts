import type { IoServiceClient, WorkRequestInit, WorkResponse } from '@polywire/protocol/polywire.io.v1';
import { ItemQueue } from '@polywire/sdk/core';

type Event = NonNullable<WorkResponse['event']>;

/** The worker's side of IoService.Work, by hand. */
export class ManualWorker {
  readonly events: Event[] = [];
  error: unknown;
  ended = false;
  readonly #out = new ItemQueue<WorkRequestInit>();

  constructor(io: IoServiceClient, worker: string, concurrency = 1) {
    this.#out.push({ event: { $case: 'offer', value: { worker, concurrency } } }, 1);
    void this.#read(io.work(this.#out));
  }

  async #read(responses: AsyncIterable<WorkResponse>): Promise<void> {
    try {
      for await (const { event } of responses) if (event !== undefined) this.events.push(event);
    } catch (thrown) {
      this.error = thrown;
    }
    this.ended = true;
  }

  /** Ids of tasks, in the order they came. */
  get tasks(): string[] {
    return this.events.flatMap((event) => (event.$case === 'task' ? [event.value.taskId] : []));
  }

  /** Names of the events. */
  get said(): string[] {
    return this.events.map(({ $case }) => $case);
  }

  send(event: NonNullable<WorkRequestInit['event']>): void {
    this.#out.push({ event }, 1);
  }

  finish(taskId: string, payload: Uint8Array): void {
    this.send({ $case: 'result', value: { taskId, payload } });
  }

  end(): void {
    this.#out.end();
  }
}
