import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { connectToMemory, FakeClock, MemoryServer } from '../testing/index.js';
import { failureOf, settled } from './io-client.cases.js';
import { setUp } from './reconnect.cases.js';

describe('unary calls over a reconnect', () => {
  it('that were never sent wait, and are sent in order', async () => {
    const asked: string[] = [];
    const { clock, server, client } = await setUp({
      kv: {
        set: ({ key }) => {
          asked.push(key);
          return { revision: asked.length };
        },
      },
    });
    server.connection.cut();
    const replies = ['a', 'b', 'c'].map((key) => client.kv.set({ key }));
    await settled();
    expect(asked).toEqual([]);
    clock.advance(250);
    expect((await Promise.all(replies)).map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('that are idempotent are sent again, whatever became of the session', async () => {
    let asked = 0;
    const { client, comeBack } = await setUp({
      resumes: false,
      kv: { get: () => (++asked === 1 ? new Promise<never>(() => {}) : { found: true }) },
    });
    const reply = client.kv.get({ key: 'a' });
    await settled();
    await comeBack();
    expect((await reply).found).toBe(true);
    expect(asked).toBe(2);
  });

  it('are sent again when the session goes on, else their outcome is unknown', async () => {
    for (const resumes of [true, false]) {
      let asked = 0;
      const { client, comeBack } = await setUp({
        resumes,
        kv: {
          set: () => (++asked === 1 ? new Promise<never>(() => {}) : { revision: 7 }),
        },
      });
      const reply = client.kv.set({ key: 'a' });
      await settled();
      const failure = failureOf(reply);
      await comeBack();
      expect(await failure).toBe(resumes ? 'no error' : 'OUTCOME_UNKNOWN');
      expect(asked).toBe(resumes ? 2 : 1);
    }
  });

  it('have unknown outcomes when the session was resumed, but was another one when they were sent', async () => {
    let resumes = true;
    const clock = new FakeClock();
    const server = new MemoryServer(
      (services) => services.add(KvService, { set: () => new Promise<never>(() => {}) }),
      { clock, welcome: () => ({ sessionId: 's', resumeToken: 'proof', resumed: resumes }) },
    );
    const client = await connectToMemory(server, 'memory://server', { clock, random: () => 0 });
    const failure = failureOf(client.kv.set({ key: 'a' }));
    await settled();
    const old = server.connection;
    old.goAway();
    await settled();
    resumes = false;
    clock.advance(0);
    await settled();
    expect(client.state).toBe('connected');
    old.cut();
    expect(await failure).toBe('OUTCOME_UNKNOWN');
  });

  it('keep their deadline while they wait, and can be withdrawn', async () => {
    const { clock, server, client } = await setUp({ kv: { get: () => new Promise<never>(() => {}) } });
    const sent = failureOf(client.kv.get({ key: 'a' }, { timeoutMs: 100 }));
    await settled();
    clock.advance(60);
    server.unreachable = new PolywireError(ErrorCode.UNAVAILABLE, 'nobody there');
    server.connection.cut();
    const abort = new AbortController();
    const unsent = failureOf(client.kv.get({ key: 'b' }, { timeoutMs: 50 }));
    const withdrawn = failureOf(client.kv.get({ key: 'c' }, { signal: abort.signal }));
    abort.abort();
    expect(await withdrawn).toBe('CANCELLED');
    clock.advance(40);
    expect(await sent).toBe('DEADLINE_EXCEEDED');
    clock.advance(10);
    expect(await unsent).toBe('DEADLINE_EXCEEDED');
  });

  it('wait in a queue that has an end, or not at all', async () => {
    const bounded = await setUp({ client: { maxQueuedCalls: 1 } });
    bounded.server.connection.cut();
    const waiting = failureOf(bounded.client.kv.get({ key: 'a' }));
    expect(await failureOf(bounded.client.kv.get({ key: 'b' }))).toBe('RESOURCE_EXHAUSTED');
    await bounded.client.close();
    expect(await waiting).toBe('CANCELLED');

    const hasty = await setUp({ client: { whileDisconnected: 'fail' } });
    hasty.server.connection.cut();
    expect(await failureOf(hasty.client.kv.get({ key: 'a' }))).toBe('UNAVAILABLE');
  });

  it('fail with the error of the connection when there is no reconnect', async () => {
    const { server, client } = await setUp({
      client: { reconnect: false },
      kv: { set: () => new Promise<never>(() => {}) },
    });
    const failure = failureOf(client.kv.set({ key: 'a' }));
    await settled();
    server.connection.cut();
    expect(await failure).toBe('UNAVAILABLE');
    expect((await client.closed()).codeName).toBe('UNAVAILABLE');
    expect(await failureOf(client.kv.get({ key: 'a' }))).toBe('UNAVAILABLE');
  });

  it('are made again as often as retries says, when the server tells them to come later', async () => {
    let asked = 0;
    const { clock, client } = await setUp({
      kv: {
        get: () => {
          asked++;
          throw new PolywireError(ErrorCode.RATE_LIMITED, 'slowly', { retryAfterMs: 100 });
        },
      },
    });
    const failure = failureOf(client.kv.get({ key: 'a' }, { retries: 2 }));
    for (let round = 0; round < 3; round++) {
      await settled();
      clock.advance(100);
    }
    expect(await failure).toBe('RATE_LIMITED');
    expect(asked).toBe(3);
    expect(await failureOf(client.kv.get({ key: 'a' }, { retries: 2, timeoutMs: 100 }))).toBe('RATE_LIMITED');
    expect(asked).toBe(4);
    const waiting = failureOf(client.kv.get({ key: 'a' }, { retries: 2 }));
    await settled();
    await client.close();
    expect(await waiting).toBe('CANCELLED');
    expect(clock.pending).toBe(0);
  });
});
