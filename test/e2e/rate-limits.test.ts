import { connect, PolywireError } from '@polywire/sdk';
import { FakeClock } from '@polywire/sdk/testing';
import { createServer, type LimitsConfig, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';

const RATE_LIMITED_CLOSE_CODE = 3044;
let clock: FakeClock;
let server: PolywireServer;

async function start(limits: Partial<LimitsConfig>): Promise<void> {
  clock = new FakeClock();
  server = await createServer({
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    limits,
    session: { heartbeatMs: 0 },
    clock,
  });
}

const dial = (at: number) => connect(server.addresses[at] as string, { reconnect: false });

async function failureOf(promise: Promise<unknown>): Promise<PolywireError> {
  const thrown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!PolywireError.is(thrown)) throw thrown;
  return thrown;
}

afterEach(async () => {
  const closing = server.close({ drainMs: 0 });
  // What the stop waits for is on the clock that stands still.
  const ticking = setInterval(() => clock.advance(1_000), 5);
  await closing;
  clearInterval(ticking);
});

describe.each([0, 1] as const)('limits of a session, over listener %i', (at) => {
  it('refuse calls that are too many, and say when to try again; other sessions do not notice', async () => {
    await start({ maxRequestsPerSecond: 5 });
    const client = await dial(at);
    const other = await dial(at);
    const call = (): Promise<unknown> => client.kv.get({ key: 'a' });
    const results = await Promise.allSettled(Array.from({ length: 8 }, call));
    expect(results.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')]);
    const refused = await failureOf(call());
    expect(refused.codeName).toBe('RATE_LIMITED');
    expect(refused.retryable).toBe(true);
    expect(refused.retryAfterMs).toBe(200);
    expect(refused.details).toEqual({ max_requests_per_second: '5' });
    await other.kv.get({ key: 'a' });
    clock.advance(refused.retryAfterMs);
    await call();
    expect((await failureOf(call())).codeName).toBe('RATE_LIMITED');
    clock.advance(60_000);
    for (let i = 0; i < 5; i++) await call();
    expect((await failureOf(call())).codeName).toBe('RATE_LIMITED');
    await client.close();
    await other.close();
  });

  it('refuse calls after too many bytes, until the time is made up for', async () => {
    await start({ maxBytesPerSecond: 10_000 });
    const client = await dial(at);
    const store = (bytes: number): Promise<unknown> => client.kv.set({ key: 'a', value: new Uint8Array(bytes) });
    await store(30_000);
    const refused = await failureOf(store(10));
    expect(refused.codeName).toBe('RATE_LIMITED');
    expect(refused.details).toEqual({ max_bytes_per_second: '10000' });
    expect(refused.retryAfterMs).toBeGreaterThan(2_000);
    expect(refused.retryAfterMs).toBeLessThan(2_100);
    clock.advance(refused.retryAfterMs);
    await store(10);
    await client.close();
  });

  it('close the connection of who goes on sending all the same', async () => {
    await start({ maxBytesPerSecond: 10_000, maxPayloadBytes: 100_000, maxMessageBytes: 0, maxValueBytes: 30_000 });
    const closed = (async () => {
      for await (const event of server.events()) if (event.type === 'closed') return event.code;
      return undefined;
    })();
    const client = await dial(at);
    const codes: string[] = [];
    for (let i = 0; i < 10; i++) {
      const thrown = await client.kv.set({ key: 'a', value: new Uint8Array(30_000) }).catch((error: unknown) => error);
      if (PolywireError.is(thrown)) codes.push(thrown.codeName);
    }
    expect(codes.slice(0, 2)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(await closed).toBe(RATE_LIMITED_CLOSE_CODE);
    await client.close();
  });
});

describe.each([0, 1] as const)('a large message under a limit of bytes, over listener %i', (at) => {
  const LARGE_BYTES = 8_000_000;
  const publish = (client: Awaited<ReturnType<typeof dial>>, payload: Uint8Array): Promise<unknown> =>
    client.io.broadcast({ topic: 't', payload });

  it('that was admitted by its first piece comes whole; what follows waits until it is made up for', async () => {
    await start({ maxBytesPerSecond: 1_000_000 });
    const client = await dial(at);
    await publish(client, new Uint8Array(LARGE_BYTES));
    const refused = await failureOf(publish(client, new Uint8Array(1)));
    expect(refused.codeName).toBe('RATE_LIMITED');
    expect(refused.retryAfterMs).toBeGreaterThan(6_900);
    expect(refused.retryAfterMs).toBeLessThan(7_200);
    clock.advance(refused.retryAfterMs);
    await publish(client, new Uint8Array(1));
    await client.close();
  });

  it('that is refused with its first piece costs no more than itself', async () => {
    await start({ maxBytesPerSecond: 1_000_000 });
    const client = await dial(at);
    await publish(client, new Uint8Array(1_000_000));
    const refusals = await Promise.all([0, 1].map(() => failureOf(publish(client, new Uint8Array(LARGE_BYTES)))));
    expect(refusals.map(({ codeName }) => codeName)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(server.sessions()).toHaveLength(1);
    await client.close();
  });
});

describe('without limits', () => {
  it('nothing is refused', async () => {
    await start({});
    const client = await dial(0);
    await Promise.all(Array.from({ length: 1_000 }, () => client.kv.get({ key: 'a' })));
    await client.close();
  });
});
