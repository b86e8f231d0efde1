import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  IoService,
  type IoServiceHandler,
  type LockRequest,
  type WorkRequest,
  type WorkResponseInit,
} from '@polywire/protocol/polywire.io.v1';
import { describe, expect, it } from 'vitest';
import { ItemQueue, PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (PolywireError.is(error) ? error.codeName : String(error)),
  );
}

/** One stream of a worker, as the server sees it. */
interface Stream {
  readonly offer: string;
  readonly heard: WorkRequest[];
  ended: boolean;
  say(event: WorkResponseInit['event']): void;
  fail(error: PolywireError): void;
}

async function setUp(io: Partial<IoServiceHandler> = {}, { resumes = true } = {}) {
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
function said({ heard }: Stream): string[] {
  return heard.map(({ event }) => {
    if (event?.$case === 'offer') return `offer ${event.value.worker} ${event.value.concurrency}`;
    if (event?.$case !== 'result') return 'nothing';
    const { taskId, payload, error } = event.value;
    return error === undefined ? `${taskId}: ${payload.join()}` : `${taskId}: error ${error.code} ${error.message}`;
  });
}

function task(taskId: string, payload = bytes(1), methodId = 0): WorkResponseInit['event'] {
  return { $case: 'task', value: { taskId, payload, methodId, timeoutMs: 500, clientId: 'asker' } };
}

describe('a worker', () => {
  it('offers itself, does tasks and says what became of them', async () => {
    const { client, stream, clock } = await setUp();
    const seen: unknown[] = [];
    const worker = client.worker(
      'double',
      (payload, context) => {
        clock.advance(100);
        seen.push([context.clientId, context.remainingMs]);
        if (payload[0] === 9) throw new PolywireError(ErrorCode.NOT_FOUND, 'no nines');
        if (payload[0] === 8) throw new Error('secret');
        return payload.map((value) => value * 2);
      },
      { concurrency: 4 },
    );
    await settled();
    stream(0).say({ $case: 'ready', value: {} });
    await worker.ready;
    stream(0).say(task('a', bytes(1, 2)));
    await settled();
    stream(0).say(task('b', bytes(9)));
    stream(0).say(task('c', bytes(8)));
    await settled();
    expect(said(stream(0))).toEqual([
      'offer double 4',
      'a: 2,4',
      `b: error ${ErrorCode.NOT_FOUND} no nines`,
      `c: error ${ErrorCode.INTERNAL} an unexpected failure; the log of this side has the cause`,
    ]);
    expect(seen[0]).toEqual(['asker', 400]);
  });

  it('is told when nobody waits any more, and says nothing then', async () => {
    const { client, stream } = await setUp();
    let reason: unknown;
    client.worker(
      'slow',
      (_payload, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            resolve(bytes(1));
          });
        }),
    );
    await settled();
    stream(0).say(task('a'));
    await settled();
    stream(0).say({ $case: 'cancel', value: { taskId: 'a' } });
    stream(0).say({ $case: 'cancel', value: { taskId: 'unknown' } });
    stream(0).say({ $case: 'late', value: { taskId: 'unknown' } });
    await settled();
    expect((reason as PolywireError).code).toBe(ErrorCode.CANCELLED);
    expect(said(stream(0))).toEqual(['offer slow 1']);
  });

  it.each([true, false])(
    'comes back: results that may be lost are said again if the session goes on (%s)',
    async (resumes) => {
      const { client, stream, streams, comeBack } = await setUp({}, { resumes });
      const finish: ((value: Uint8Array) => void)[] = [];
      client.worker('slow', () => new Promise((resolve) => finish.push(resolve)), { concurrency: 2 });
      await settled();
      stream(0).say(task('done'));
      stream(0).say(task('running'));
      await settled();
      finish[0]?.(bytes(1));
      await settled();
      await comeBack();
      expect(streams).toHaveLength(2);
      finish[1]?.(bytes(2));
      await settled();
      expect(said(stream(1))).toEqual(resumes ? ['offer slow 2', 'done: 1', 'running: 2'] : ['offer slow 2']);
    },
  );

  it('that is not taken now offers itself again later; that is not taken at all says so', async () => {
    const { clock, client, stream, streams } = await setUp();
    client.worker('patient', () => bytes());
    await settled();
    stream(0).fail(new PolywireError(ErrorCode.RATE_LIMITED, 'later', { retryAfterMs: 3_000 }));
    await settled();
    clock.advance(2_999);
    await settled();
    expect(streams).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(said(stream(1))).toEqual(['offer patient 1']);

    const unwanted = client.worker('unwanted', () => bytes());
    await settled();
    stream(2).fail(new PolywireError(ErrorCode.PERMISSION_DENIED, 'no'));
    expect(await failureOf(unwanted.ready)).toBe('PERMISSION_DENIED');
    clock.advance(60_000);
    await settled();
    expect(streams).toHaveLength(3);
  });

  it('that is stopped finishes what runs; one whose client is closed ends', async () => {
    const { clock, client, stream } = await setUp();
    let finish: (value: Uint8Array) => void = () => {};
    const worker = client.worker('slow', () => new Promise((resolve) => (finish = resolve)));
    const other = client.worker('other', () => bytes());
    await settled();
    stream(0).say(task('a'));
    await settled();
    worker.stop();
    await settled();
    expect(stream(0).ended).toBe(false);
    finish(bytes(7));
    await settled();
    expect([said(stream(0)), stream(0).ended]).toEqual([['offer slow 1', 'a: 7'], true]);
    await client.close();
    expect(await failureOf(other.ready)).toBe('CANCELLED');
    expect(clock.pending).toBe(0);
  });
});

describe('a service that a client serves', () => {
  it('is offered under its name: tasks are its calls, checked and typed', async () => {
    const { client, server, stream } = await setUp();
    client.serve(ConformanceService, {
      unary: (request, { peer }) => ({ payload: request.payload, count: peer.clientId.length }),
    });
    await settled();
    const { unary, serverStream } = ConformanceService.methods as Record<string, { methodId: number }>;
    const request = Uint8Array.of(10, 1, 42);
    stream(0).say(task('a', request, unary?.methodId));
    await settled();
    stream(0).say(task('b', request, serverStream?.methodId));
    await settled();
    stream(0).say(task('c', Uint8Array.of(255), unary?.methodId));
    await settled();
    const [offer, a, b, c] = said(stream(0));
    expect(offer).toBe(`offer ${ConformanceService.typeName} 1`);
    expect(a).toMatch(/^a: 10,1,42/);
    expect(b).toMatch(`b: error ${ErrorCode.UNIMPLEMENTED}`);
    expect(c).toMatch(`c: error ${ErrorCode.MALFORMED_MESSAGE}`);
    // The server calls it as ever.
    const reply = await server.connection.use(ConformanceService).unary({ payload: bytes(5) });
    expect(reply.payload).toEqual(bytes(5));
  });

  it('is not offered when it is for the server alone', async () => {
    const { client, streams } = await setUp();
    expect(client.serve(ConformanceService, {}, { offer: false })).toBeUndefined();
    await settled();
    expect(streams).toHaveLength(0);
  });
});

describe('asking another client', () => {
  it('is a typed call whose request and reply travel as the payload of a request', async () => {
    const asked: unknown[] = [];
    const { client } = await setUp({
      request: ({ worker, methodId, clientId, payload, retry }) => {
        asked.push([worker, methodId, clientId, retry]);
        return { payload, clientId: 'worker' };
      },
    });
    const reply = await client.ask(ConformanceService, { clientId: 'CS001' }).unary({ payload: bytes(1, 2) });
    expect(reply.payload).toEqual(bytes(1, 2));
    const methodId = ConformanceService.methods.unary?.methodId;
    expect(asked).toEqual([[ConformanceService.typeName, methodId, 'CS001', true]]);
  });

  it('fails with what the server says, with what cannot be read, and for streams', async () => {
    const { client } = await setUp({
      request: ({ clientId }) => {
        if (clientId === 'odd') return { payload: bytes(255) };
        throw new PolywireError(ErrorCode.NO_WORKER, 'nobody does that');
      },
    });
    expect(await failureOf(client.ask(ConformanceService).unary({}))).toBe('NO_WORKER');
    expect(await failureOf(client.ask(ConformanceService, { clientId: 'odd' }).unary({}))).toBe('MALFORMED_MESSAGE');
    const items = client.ask(ConformanceService).serverStream({})[Symbol.asyncIterator]();
    expect(await failureOf(items.next() as Promise<unknown>)).toBe('UNIMPLEMENTED');
  });
});

describe('a lock', () => {
  /** A server that gives the lock and renews it, until `taken`. */
  async function locked() {
    const requests: LockRequest[] = [];
    const state: { taken: boolean; released: number[]; busy: boolean } = { taken: false, released: [], busy: false };
    const set = await setUp({
      lock: (request) => {
        requests.push(request);
        if (state.busy) throw new PolywireError(ErrorCode.RATE_LIMITED, 'slowly');
        return { acquired: !state.taken, fencingToken: state.taken ? 0 : 7 };
      },
      unlock: ({ fencingToken }) => {
        state.released.push(fencingToken);
        return { released: true };
      },
    });
    return { ...set, requests, state };
  }

  it('is renewed at a third of its time, until it is released', async () => {
    const { client, clock, requests, state } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    expect(held?.fencingToken).toBe(7);
    for (let round = 0; round < 2; round++) {
      clock.advance(1_000);
      await settled();
    }
    expect(requests.map(({ fencingToken, ttlMs }) => [fencingToken, ttlMs])).toEqual([
      [0, 3_000],
      [7, 3_000],
      [7, 3_000],
    ]);
    expect(await held?.release()).toBe(true);
    expect(await held?.release()).toBe(false);
    expect(state.released).toEqual([7]);
    clock.advance(10_000);
    await settled();
    expect(requests).toHaveLength(3);
    expect(await failureOf(held?.renew() as Promise<void>)).toBe('LOCK_LOST');
  });

  it('is undefined when somebody else holds it', async () => {
    const { client, state } = await locked();
    state.taken = true;
    expect(await client.lock('door')).toBeUndefined();
  });

  it('is lost when somebody else has it at the renewal', async () => {
    const { client, clock, state } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    state.taken = true;
    clock.advance(1_000);
    await settled();
    expect(held?.lost.reason?.code).toBe(ErrorCode.LOCK_LOST);
    expect(await held?.release()).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('is lost when it could not be renewed in time, and not before', async () => {
    const { client, clock, state, server } = await locked();
    const held = await client.lock('door', { ttlMs: 3_000 });
    state.busy = true;
    clock.advance(1_000);
    await settled();
    server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
    server.connection.cut();
    for (let ms = 1_000; ms < 2_999; ms += 1) clock.advance(1);
    await settled();
    expect(held?.lost.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(held?.lost.aborted).toBe(true);
  });

  it('that was waited for is renewed at once, so that its time is known', async () => {
    let give: (value: object) => void = () => {};
    let asked = 0;
    const { client, clock } = await setUp({
      lock: () => (++asked === 1 ? new Promise((resolve) => (give = resolve)) : { acquired: true, fencingToken: 3 }),
    });
    const waiting = client.lock('door', { ttlMs: 3_000, waitMs: 60_000 });
    await settled();
    clock.advance(50_000);
    give({ acquired: true, fencingToken: 3 });
    const held = await waiting;
    expect([held?.fencingToken, asked, held?.lost.aborted]).toEqual([3, 2, false]);
    await client.close();
    clock.advance(1_000);
    await settled();
    expect(held?.lost.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
