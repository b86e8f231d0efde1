import {
  IoService,
  type IoServiceHandler,
  type WorkRequest,
  type WorkResponseInit,
} from '@polywire/protocol/polywire.io.v1';
import { ItemQueue, PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';

export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

export async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (PolywireError.is(error) ? error.codeName : String(error)),
  );
}

/** One stream of a worker, as the server sees it. */
export interface Stream {
  readonly offer: string;
  readonly heard: WorkRequest[];
  ended: boolean;
  say(event: WorkResponseInit['event']): void;
  fail(error: PolywireError): void;
}

/** A client and a server in memory whose IoService does what the test says; its workers' streams are the test's. */
export async function setUp(io: Partial<IoServiceHandler> = {}, { resumes = true } = {}) {
  const clock = new FakeClock();
  const streams: Stream[] = [];
  const server = new MemoryServer(
    (services) =>
      services.add(IoService, {
        async *work(requests) {
          const say = new ItemQueue<WorkResponseInit>();
          const heard: WorkRequest[] = [];
          const stream: Stream = {
            offer: '',
            heard,
            ended: false,
            say: (event) => say.push({ event }, 0),
            fail: (error) => say.fail(error),
          };
          streams.push(stream);
          (async () => {
            for await (const request of requests) heard.push(request);
            stream.ended = true;
            say.end();
          })().catch(() => say.end());
          yield* say;
        },
        ...io,
      }),
    {
      clock,
      welcome: ({ resume }) => ({
        sessionId: 'session',
        resumeToken: 'proof',
        resumed: resume !== undefined && resumes,
      }),
    },
  );
  const client = await connectToMemory(server, 'memory://server', { clock, random: () => 0.5, clientId: 'me' });
  const comeBack = async (): Promise<void> => {
    server.connection.cut();
    clock.advance(2_000);
    await settled();
  };
  const stream = (index: number): Stream => streams[index] as Stream;
  return { clock, server, client, streams, stream, comeBack };
}

/** What a worker said: its offer, then task ids with a payload or the code of an error. */
export function said({ heard }: Stream): string[] {
  return heard.map(({ event }) => {
    if (event?.$case === 'offer') return `offer ${event.value.worker} ${event.value.concurrency}`;
    if (event?.$case !== 'result') return 'nothing';
    const { taskId, payload, error } = event.value;
    return error === undefined ? `${taskId}: ${payload.join()}` : `${taskId}: error ${error.code} ${error.message}`;
  });
}

export function task(taskId: string, payload = bytes(1), methodId = 0): WorkResponseInit['event'] {
  return { $case: 'task', value: { taskId, payload, methodId, timeoutMs: 500, clientId: 'asker' } };
}
