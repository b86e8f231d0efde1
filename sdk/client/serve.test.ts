import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import { describe, expect, it } from 'vitest';
import { fragments, PolywireError } from '../core/index.js';
import { FakeClock, MemoryServer } from '../testing/index.js';
import { BareClient } from './bare-client.js';
import { connectWith } from './connect.js';
import type { ConnectOptions } from './connect-options.js';
import { serve } from './serve.js';

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'no error';
  } catch (thrown) {
    return PolywireError.from(thrown).codeName;
  }
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (thrown: unknown) => PolywireError.from(thrown).codeName,
  );
}

async function setUp(options: ConnectOptions = {}) {
  const clock = new FakeClock();
  const server = new MemoryServer(() => {}, { clock, maxPayloadBytes: 2_000, maxMessageBytes: 1_000_000 });
  const platform = {
    dialers: { 'memory:': server.dial },
    clock,
    random: () => 0.5,
    defer: (run: () => void) => queueMicrotask(run),
  };
  const client = await connectWith(BareClient, platform, 'memory://server', options);
  return { client, server };
}

describe('a client that only calls', () => {
  it('answers pings, and knows nothing else', async () => {
    const { client, server } = await setUp();
    const session = server.connection.use(SessionService);
    expect(await session.ping({ nonce: 7n })).toEqual({ nonce: 7n });
    expect(await failureOf(session.hello({}))).toBe('UNIMPLEMENTED');
    expect(await failureOf(server.connection.use(ConformanceService).unary({}))).toBe('UNKNOWN_SERVICE');
    await client.close();
  });

  it('goes away when it is asked to, one-way or in a call', async () => {
    const told = await setUp();
    told.server.connection.goAway({ reason: 'elsewhere', retryAfterMs: 1_000 });
    await expect.poll(() => told.client.state).toBe('disconnected');
    await told.client.close();
    const { client, server } = await setUp();
    expect(await server.connection.use(SessionService).goAway({ reason: 'elsewhere', retryAfterMs: 1_000 })).toEqual(
      {},
    );
    expect(client.state).toBe('disconnected');
    await client.close();
  });
});

describe('serve()', () => {
  it('serves the calls of the server, also on the connection that stands', async () => {
    const { client, server } = await setUp();
    serve(client, ConformanceService, {
      unary: ({ payload }) => ({ payload }),
      bidiStream: async function* (requests) {
        for await (const { payload } of requests) yield { payload };
      },
    });
    const conformance = server.connection.use(ConformanceService);
    expect((await conformance.unary({ payload: Uint8Array.of(1) })).payload).toEqual(Uint8Array.of(1));
    const echoed: number[] = [];
    const requests = async function* () {
      yield { payload: Uint8Array.of(2) };
      yield { payload: Uint8Array.of(3) };
    };
    for await (const { payload } of conformance.bidiStream(requests())) echoed.push(...payload);
    expect(echoed).toEqual([2, 3]);
    expect(await failureOf(conformance.unimplemented({}))).toBe('UNIMPLEMENTED');
    expect(await server.connection.use(SessionService).ping({ nonce: 8n })).toEqual({ nonce: 8n });
    await client.close();
  });

  it('takes requests in pieces when the client has fragments, and refuses them else', async () => {
    const request = { payload: new Uint8Array(50_000) };
    const small = await setUp();
    serve(small.client, ConformanceService, { unary: ({ payload }) => ({ payload }) });
    const refused = small.server.connection.use(ConformanceService);
    expect(await failureOf(refused.unary(request))).toBe('PACKET_TOO_LARGE');
    expect((await refused.unary({ payload: Uint8Array.of(1) })).payload.length).toBe(1);
    await small.client.close();
    const { client, server } = await setUp({ fragments });
    const conformance = server.connection.use(ConformanceService);
    expect(await failureOf(conformance.unary(request))).toBe('UNKNOWN_SERVICE');
    serve(client, ConformanceService, { unary: ({ payload }) => ({ payload }) });
    expect((await conformance.unary(request)).payload.length).toBe(50_000);
    await client.close();
  });

  it('takes a service id once, and never that of the session service', async () => {
    const { client } = await setUp();
    serve(client, ConformanceService, {});
    expect(codeOf(() => serve(client, ConformanceService, {}))).toBe('ALREADY_EXISTS');
    expect(codeOf(() => serve(client, SessionService, {}))).toBe('ALREADY_EXISTS');
    await client.close();
  });
});
