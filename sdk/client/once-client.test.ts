import { ConformanceService, ConformanceServiceCalls } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService, KvServiceCalls, type WatchResponseInit } from '@polywire/protocol/polywire.kv.v1';
import { type HelloResponseInit, SessionService } from '@polywire/protocol/polywire.session.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError, type ServiceRegistry } from '../core/index.js';
import { FakeClock, MemoryServer } from '../testing/index.js';
import { heartbeats } from './heartbeat.js';
import { connectOnceWith, type OnceOptions } from './once-client.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (thrown: unknown) => (PolywireError.is(thrown) ? thrown.codeName : String(thrown)),
  );
}

async function bytesOf(stream: AsyncIterable<{ readonly payload: Uint8Array }>): Promise<unknown[]> {
  const bytes: unknown[] = [];
  for await (const { payload } of stream) bytes.push(payload[0]);
  return bytes;
}

function setUp(offer: (services: ServiceRegistry) => void = () => {}, welcome: HelloResponseInit = {}) {
  const clock = new FakeClock();
  const server = new MemoryServer(offer, { clock, welcome: () => welcome });
  const platform = { dialers: { 'memory:': server.dial }, clock, random: () => 0.5, defer: queueMicrotask };
  const connect = (options: OnceOptions = {}, address = 'memory://server') =>
    connectOnceWith(platform, address, options);
  return { clock, server, connect };
}

async function* never(): AsyncGenerator<{ payload: Uint8Array }> {
  await new Promise<never>(() => {});
  yield { payload: new Uint8Array() };
}

const unanswered = (services: ServiceRegistry): void => {
  services.add(ConformanceService, { unary: () => new Promise<never>(() => {}), serverStream: never });
};

describe('a client of one connection', () => {
  it('says who it is, and hears what the server says', async () => {
    const { server, connect } = setUp(() => {}, { sessionId: 'mine' });
    const client = await connect({ clientId: 'page', token: 'secret' });
    expect(server.connection.hello).toMatchObject({ clientId: 'page', token: 'secret', resume: undefined });
    expect(client.welcome.sessionId).toBe('mine');
    await client.close();
  });

  it('makes calls of all four kinds', async () => {
    const { connect } = setUp((services) =>
      services.add(ConformanceService, {
        unary: ({ payload }) => ({ payload }),
        async *serverStream() {
          for (const byte of [4, 5]) yield { payload: Uint8Array.of(byte) };
        },
        async clientStream(requests) {
          let count = 0;
          for await (const _ of requests) count++;
          return { count };
        },
        async *bidiStream(requests) {
          for await (const { payload } of requests) yield { payload };
        },
      }),
    );
    const client = await connect();
    const service = client.use(ConformanceServiceCalls);
    async function* three() {
      for (const byte of [1, 2, 3]) yield { payload: Uint8Array.of(byte) };
    }
    expect((await service.unary({ payload: Uint8Array.of(7) })).payload).toEqual(Uint8Array.of(7));
    expect(await bytesOf(service.serverStream({}))).toEqual([4, 5]);
    expect((await service.clientStream(three())).count).toBe(3);
    expect(await bytesOf(service.bidiStream(three()))).toEqual([1, 2, 3]);
    await client.close();
  });

  it('follows the group of a subscription, and withdraws the call when its reader stops', async () => {
    let ended = 0;
    const first: WatchResponseInit = { event: { $case: 'watching', value: { revision: 5 } } };
    const { connect } = setUp((services) =>
      services.add(KvService, { watch: () => ({ first: [first], fanoutId: 9, onEnd: () => ended++ }) }),
    );
    const client = await connect();
    for await (const { event } of client.use(KvServiceCalls).watch({})) {
      expect(event).toEqual(first.event);
      break;
    }
    await settled();
    expect(ended).toBe(1);
    await client.close();
  });

  it('ends calls by their deadline and by their signal, and leaves no timer behind', async () => {
    const { clock, connect } = setUp(unanswered);
    const client = await connect({ timeoutMs: 3_000 });
    const service = client.use(ConformanceServiceCalls);
    const withdrawn = new AbortController();
    const calls = [
      service.unary({}),
      service.unary({}, { timeoutMs: 1_000 }),
      service.unary({}, { signal: withdrawn.signal }),
      service.unary({}, { signal: AbortSignal.abort() }),
    ].map(failureOf);
    withdrawn.abort();
    clock.advance(1_000);
    expect(await Promise.all(calls.slice(1))).toEqual(['DEADLINE_EXCEEDED', 'CANCELLED', 'CANCELLED']);
    clock.advance(2_000);
    expect(await calls[0]).toBe('DEADLINE_EXCEEDED');
    expect(clock.pending).toBe(0);
    await client.close();
  });

  it('ends with its connection: what runs fails with the reason, and nothing is dialled again', async () => {
    const { clock, server, connect } = setUp(unanswered);
    const client = await connect();
    const service = client.use(ConformanceServiceCalls);
    const running = failureOf(service.unary({}));
    const streaming = failureOf(bytesOf(service.serverStream({})));
    server.connection.cut(new PolywireError(ErrorCode.UNAVAILABLE, 'cut'), 3042);
    expect((await client.closed()).code).toBe(ErrorCode.SLOW_CONSUMER);
    expect(await running).toBe('SLOW_CONSUMER');
    expect(await streaming).toBe('SLOW_CONSUMER');
    expect(await failureOf(service.unary({}))).toBe('SLOW_CONSUMER');
    clock.advance(3_600_000);
    expect(server.dialled.length).toBe(1);
  });

  it('finds a server that has fallen silent', async () => {
    const { clock, server, connect } = setUp(() => {}, { heartbeatMs: 1_000 });
    const client = await connect({ heartbeats });
    for (let tick = 0; tick < 10; tick++) {
      clock.advance(500);
      await settled();
    }
    expect(server.connection.open).toBe(true);
    server.connection.stall();
    clock.advance(4_000);
    expect((await client.closed()).code).toBe(ErrorCode.HEARTBEAT_LOST);
  });

  it('answers what a server asks of every client, and serves nothing', async () => {
    const { server, connect } = setUp();
    const client = await connect();
    const session = server.connection.use(SessionService);
    expect(await session.ping({ nonce: 7n })).toEqual({ nonce: 7n });
    expect(await session.goAway({ reason: 'elsewhere' })).toEqual({});
    const foreign = server.connection.use(ConformanceService);
    expect(await failureOf(foreign.unary({}))).toBe('UNKNOWN_SERVICE');
    expect(await failureOf(bytesOf(foreign.serverStream({})))).toBe('UNKNOWN_SERVICE');
    expect(await failureOf(bytesOf(foreign.bidiStream(foreign.serverStream({}))))).toBe('UNKNOWN_SERVICE');
    // The connection goes on.
    expect(await session.ping({ nonce: 8n })).toEqual({ nonce: 8n });
    await client.close();
    expect((await client.closed()).code).toBe(ErrorCode.CANCELLED);
  });

  it('fails with a code when it cannot be had', async () => {
    const { server, connect } = setUp();
    expect(await failureOf(connect({}, 'no url'))).toBe('INVALID_URL');
    expect(await failureOf(connect({}, 'ftp://server'))).toBe('INVALID_URL');
    expect(await failureOf(connect({ signal: AbortSignal.abort() }))).toBe('CANCELLED');
    server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
    expect(await failureOf(connect())).toBe('UNAVAILABLE');
    const refusing = new MemoryServer(() => {}, {
      clock: new FakeClock(),
      welcome: () => {
        throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'who are you?');
      },
    });
    server.unreachable = undefined;
    const clock = new FakeClock();
    const platform = { dialers: { 'memory:': refusing.dial }, clock, random: () => 0.5, defer: queueMicrotask };
    expect(await failureOf(connectOnceWith(platform, 'memory://server', {}))).toBe('UNAUTHENTICATED');
  });
});
