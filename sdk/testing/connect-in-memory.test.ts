import { ConformanceService, type ConformanceServiceHandler } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError, type ServiceRegistry } from '../core/index.js';
import { connectInMemory } from './connect-in-memory.js';
import { FakeClock } from './fake-clock.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* each<T>(...items: T[]): AsyncIterable<T> {
  yield* items;
}

async function readAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return PolywireError.is(error) ? error.codeName : String(error);
  }
  return 'no error';
}

function serveConformance(handler: Partial<ConformanceServiceHandler>) {
  return (services: ServiceRegistry): void => services.add(ConformanceService, handler);
}

describe('calls between two engines', () => {
  it('unary: synchronous and asynchronous handlers, many in flight', async () => {
    const client = await connectInMemory(
      serveConformance({
        unary: (request) =>
          request.payload.length % 2 === 0
            ? { payload: request.payload }
            : Promise.resolve().then(() => ({ payload: request.payload })),
      }),
    );
    const service = client.use(ConformanceService);
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) => service.unary({ payload: new Uint8Array(index) })),
    );
    expect(replies.map((reply) => reply.payload.length)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it('takes any timeout, and fails with a coded error what cannot be written', async () => {
    const client = await connectInMemory(serveConformance({ unary: ({ payload }) => ({ payload }) }));
    const service = client.use(ConformanceService);
    for (const timeoutMs of [0.3, 1_000.5, 2 ** 32, 1e12, Number.POSITIVE_INFINITY, Number.NaN, 0, -1]) {
      const { payload } = await service.unary({ payload: bytes('x') }, { timeoutMs });
      expect(payload.length).toBe(1);
      expect(await codeOf(service.clientStream(each({ payload: bytes('x') }), { timeoutMs }))).toBe('UNIMPLEMENTED');
    }
    const plan = { delayMs: -1 };
    expect(await codeOf(service.unary({ plan }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(readAll(service.serverStream({ plan })))).toBe('INVALID_ARGUMENT');
  });

  it('server stream: items in order, then the end or the error', async () => {
    const client = await connectInMemory(
      serveConformance({
        async *serverStream(request) {
          for (let index = 0; index < 3; index++) yield { index };
          if (request.payload.length > 0) throw new PolywireError(ErrorCode.NOT_FOUND, 'gone');
        },
      }),
    );
    const service = client.use(ConformanceService);
    expect((await readAll(service.serverStream({}))).map((item) => item.index)).toEqual([0, 1, 2]);
    const seen: number[] = [];
    const failing = (async () => {
      for await (const item of service.serverStream({ payload: bytes('x') })) seen.push(item.index);
    })();
    expect(await codeOf(failing)).toBe('NOT_FOUND');
    expect(seen).toEqual([0, 1, 2]);
  });

  it('server stream: leaving the loop withdraws the call and cleans the handler up', async () => {
    let cleanedUp = false;
    let aborted = false;
    const client = await connectInMemory(
      serveConformance({
        async *serverStream(_request, context) {
          context.signal.addEventListener('abort', () => {
            aborted = true;
          });
          try {
            for (let index = 0; ; index++) {
              yield { index };
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          } finally {
            cleanedUp = true;
          }
        },
      }),
    );
    for await (const item of client.use(ConformanceService).serverStream({})) if (item.index === 2) break;
    await expect.poll(() => [cleanedUp, aborted]).toEqual([true, true]);
  });

  it('client stream and bidi stream', async () => {
    const client = await connectInMemory(
      serveConformance({
        async clientStream(requests) {
          let count = 0;
          for await (const request of requests) count += request.payload.length;
          return { count };
        },
        async *bidiStream(requests) {
          let index = 0;
          for await (const request of requests) yield { payload: request.payload, index: index++ };
        },
      }),
    );
    const service = client.use(ConformanceService);
    const parts = [{ payload: bytes('ab') }, { payload: bytes('c') }];
    expect((await service.clientStream(each(...parts))).count).toBe(3);
    expect((await service.clientStream(each())).count).toBe(0);
    const echoed = await readAll(service.bidiStream(each(...parts)));
    expect(echoed.map((item) => [new TextDecoder().decode(item.payload), item.index])).toEqual([
      ['ab', 0],
      ['c', 1],
    ]);
    expect(await readAll(service.bidiStream(each()))).toEqual([]);
  });

  it('errors: coded, with details; an unexpected throw does not leak its text', async () => {
    const client = await connectInMemory(
      serveConformance({
        unary: (request) => {
          if (request.payload.length === 0) throw new Error('secret path /etc/shadow');
          throw new PolywireError(ErrorCode.NOT_FOUND, 'no such thing', { details: { key: 'k' }, retryAfterMs: 7 });
        },
      }),
    );
    const service = client.use(ConformanceService);
    const error = await service.unary({ payload: bytes('x') }).catch((thrown: unknown) => thrown as PolywireError);
    expect(error).toMatchObject({
      code: ErrorCode.NOT_FOUND,
      message: 'no such thing',
      details: { key: 'k' },
      retryAfterMs: 7,
    });
    const unexpected = await service.unary({}).catch((thrown: unknown) => thrown as PolywireError);
    expect(unexpected).toMatchObject({ code: ErrorCode.INTERNAL });
    expect((unexpected as PolywireError).message).not.toContain('shadow');
  });

  it.each([
    ['a service that is not offered', (c: Client) => c.kv.get({ key: 'x' }), 'UNKNOWN_SERVICE'],
    ['a method that is not served', (c: Client) => c.use(ConformanceService).unimplemented({}), 'UNIMPLEMENTED'],
    [
      'a field that breaks a rule',
      (c: Client) => c.use(ConformanceService).unary({ plan: { delayMs: 9_999 } }),
      'INVALID_ARGUMENT',
    ],
    [
      'a payload over the limit',
      (c: Client) => c.use(ConformanceService).unary({ payload: new Uint8Array(2_000_000) }),
      'PACKET_TOO_LARGE',
    ],
  ])('refuses %s', async (_name, call, code) => {
    const client = await connectInMemory(serveConformance({ unary: () => ({}) }));
    expect(await codeOf(call(client))).toBe(code);
    expect(await client.use(ConformanceService).unary({})).toMatchObject({ timeoutMs: 0 });
  });

  it('deadline: fails on this side in time, and aborts the handler on the other', async () => {
    const clock = new FakeClock();
    let aborted: unknown;
    const client = await connectInMemory(
      serveConformance({
        unary: (_request, context) =>
          new Promise((_resolve, reject) => {
            context.signal.addEventListener('abort', () => {
              aborted = context.signal.reason;
              reject(context.signal.reason);
            });
          }),
      }),
      { clock },
    );
    const call = codeOf(client.use(ConformanceService).unary({}, { timeoutMs: 50 }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(49);
    await Promise.resolve();
    expect(aborted).toBeUndefined();
    clock.advance(1);
    expect(await call).toBe('DEADLINE_EXCEEDED');
    await expect.poll(() => PolywireError.is(aborted)).toBe(true);
  });

  it('signal: fails with CANCELLED, also when it was aborted before', async () => {
    const client = await connectInMemory(serveConformance({ unary: () => new Promise(() => {}) }));
    const service = client.use(ConformanceService);
    const abort = new AbortController();
    const call = codeOf(service.unary({}, { signal: abort.signal }));
    abort.abort();
    expect(await call).toBe('CANCELLED');
    expect(await codeOf(service.unary({}, { signal: abort.signal }))).toBe('CANCELLED');
  });

  it('metadata and deadline reach the handler', async () => {
    const client = await connectInMemory(
      serveConformance({
        unary: (_request, context) => ({
          metadata: new Map(Object.entries(context.metadata)),
          timeoutMs: context.remainingMs ?? 0,
        }),
      }),
      { clock: new FakeClock() },
    );
    const reply = await client.use(ConformanceService).unary({}, { timeoutMs: 1_000, metadata: { trace: 'abc' } });
    expect(reply.metadata).toEqual(new Map([['trace', 'abc']]));
    expect(reply.timeoutMs).toBe(1_000);
  });

  it('requests own their bytes unless the service was added as borrowed', async () => {
    const kept: Uint8Array[] = [];
    const client = await connectInMemory(
      serveConformance({
        unary: (request) => {
          kept.push(request.payload);
          return {};
        },
      }),
    );
    const service = client.use(ConformanceService);
    await Promise.all([service.unary({ payload: bytes('first') }), service.unary({ payload: bytes('second') })]);
    expect(kept[0]?.buffer).not.toBe(kept[1]?.buffer);
  });

  it('the end of the connection fails what is running and what comes', async () => {
    const client = await connectInMemory(serveConformance({ unary: () => new Promise(() => {}) }));
    const service = client.use(ConformanceService);
    const running = codeOf(service.unary({}));
    const stream = codeOf(readAll(service.serverStream({})));
    await client.close();
    expect(await running).toBe('CANCELLED');
    expect(['CANCELLED', 'UNIMPLEMENTED']).toContain(await stream);
    expect(await codeOf(service.unary({}))).toBe('CANCELLED');
    expect((await client.closed()).codeName).toBe('CANCELLED');
  });

  it('drain waits for answers and refuses new calls', async () => {
    let answer: (reply: object) => void = () => {};
    const client = await connectInMemory(
      serveConformance({ unary: () => new Promise((resolve) => (answer = resolve)) }),
    );
    const service = client.use(ConformanceService);
    const running = service.unary({});
    await new Promise((resolve) => setTimeout(resolve, 5));
    let drained = false;
    const draining = client.drain().then(() => {
      drained = true;
    });
    expect(await codeOf(service.unary({}))).toBe('CANCELLED');
    expect(drained).toBe(false);
    answer({});
    await running;
    await draining;
  });
});

describe('fan-out', () => {
  it('one-way packets reach every subscription of their group, until it ends', async () => {
    let ended = 0;
    const client = await connectInMemory((services) =>
      services.add(KvService, {
        subscribe: () => ({
          first: [{ event: { $case: 'subscribed', value: { epoch: 'e', offset: 4 } } }],
          fanoutId: 9,
          onEnd: () => ended++,
        }),
      }),
    );
    const stream = client.kv.subscribe({ topic: 't' })[Symbol.asyncIterator]();
    expect((await stream.next()).value?.event).toMatchObject({ $case: 'subscribed', value: { epoch: 'e', offset: 4 } });
    await stream.return?.();
    await expect.poll(() => ended).toBe(1);
  });
});

type Client = Awaited<ReturnType<typeof connectInMemory>>;
