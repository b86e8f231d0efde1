import { inspect } from 'node:util';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError } from '../core/index.js';
import { failureOf, settled } from './io-client.cases.js';
import { setUp } from './reconnect.cases.js';

describe('a server that sends its clients away', () => {
  it('is left after the time that it names: what runs ends there, what is new begins elsewhere', async () => {
    let answer: (value: object) => void = () => {};
    const asked: string[] = [];
    const { clock, server, client } = await setUp({
      kv: {
        set: ({ key }, { peer }) => {
          asked.push(`${key} on ${server.connections.indexOf(peer as never)}`);
          return key === 'slow' ? new Promise((resolve) => (answer = resolve)) : {};
        },
      },
    });
    const slow = client.kv.set({ key: 'slow' });
    await settled();
    server.connection.goAway({ retryAfterMs: 1_000 });
    await settled();
    expect(client.state).toBe('disconnected');
    const next = client.kv.set({ key: 'next' });
    clock.advance(1_249);
    await settled();
    expect(server.connections).toHaveLength(1);
    clock.advance(1);
    await next;
    expect(asked).toEqual(['slow on 0', 'next on 1']);
    answer({ revision: 5 });
    expect((await slow).revision).toBe(5);
    await settled();
    expect(server.connections.map(({ open }) => open)).toEqual([false, true]);
    expect(client.stats()).toMatchObject({ connections: 1, reconnects: 1 });
  });

  it('by refusing a call is left, and the call is made elsewhere', async () => {
    let refuse = true;
    const { clock, server, client } = await setUp({
      kv: {
        set: () => {
          if (refuse) throw new PolywireError(ErrorCode.DRAINING, 'stopping');
          return { revision: 1 };
        },
      },
    });
    const reply = client.kv.set({ key: 'a' });
    await settled();
    expect(client.state).toBe('disconnected');
    refuse = false;
    clock.advance(250);
    expect((await reply).revision).toBe(1);
    expect(server.connections).toHaveLength(2);
  });
});

describe('a client', () => {
  it('shows its session when it comes back, and asks for a fresh token each time', async () => {
    let tokens = 0;
    const { server, client, comeBack } = await setUp({ client: { token: async () => `token-${++tokens}` } });
    await comeBack();
    expect(server.connections.map(({ hello }) => [hello?.token, hello?.resume?.sessionId])).toEqual([
      ['token-1', undefined],
      ['token-2', 'session-1'],
    ]);
    expect(client.welcome).toMatchObject({ sessionId: 'session-1', resumed: true });
  });

  it('shows its secrets to nobody who prints it', async () => {
    const { client } = await setUp({ client: { token: 'secret' } });
    expect(inspect(client, { depth: 9, showHidden: true })).not.toMatch(/secret|proof/);
    expect(JSON.stringify(client)).not.toMatch(/secret|proof/);
  });

  it('ends when there is no token any more, or the server does not take it', async () => {
    let token = 'good';
    const empty = await setUp({ client: { token: () => token } });
    token = '';
    await empty.comeBack();
    expect((await empty.client.closed()).codeName).toBe('UNAUTHENTICATED');
    expect(empty.client.state).toBe('closed');

    let refuse = false;
    const welcome = {
      get sessionId(): string {
        if (refuse) throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'not with this token');
        return 's';
      },
    };
    const refused = await setUp({ welcome });
    refuse = true;
    await refused.comeBack();
    expect((await refused.client.closed()).codeName).toBe('UNAUTHENTICATED');
  });

  it('tries again when the function that gives tokens fails', async () => {
    let fails = false;
    const { client, comeBack, clock } = await setUp({
      client: {
        token: () => {
          if (fails) throw new Error('the identity provider is down');
          return 'good';
        },
      },
    });
    fails = true;
    await comeBack();
    expect(client.state).toBe('disconnected');
    fails = false;
    clock.advance(20_000);
    await settled();
    expect(client.state).toBe('connected');
  });

  it.each([
    [3500, 'closed'],
    [3999, 'closed'],
    [3499, 'disconnected'],
    [4000, 'disconnected'],
    [1006, 'disconnected'],
    [1008, 'disconnected'],
  ] as const)('whose connection is closed with %i is %s', async (code, state) => {
    const { server, client } = await setUp();
    server.connection.cut(undefined, code);
    expect(client.state).toBe(state);
    await client.close();
  });

  it('tells what happens to it, the present status first, until it is closed', async () => {
    const { client, comeBack } = await setUp();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const { state, code, resumed } of client.status()) seen.push([state, code, resumed]);
    })();
    await comeBack();
    await client.close();
    await reading;
    expect(seen).toEqual([
      ['connected', 0, false],
      ['disconnected', ErrorCode.UNAVAILABLE, false],
      ['connecting', 0, false],
      ['connected', 0, true],
      ['closed', ErrorCode.CANCELLED, false],
    ]);
    const after: string[] = [];
    for await (const { state } of client.status()) after.push(state);
    expect(after).toEqual(['closed']);
  });

  it('is closed and drained as often as one likes, in any state, and keeps no timer', async () => {
    for (const state of ['connected', 'disconnected'] as const) {
      const { clock, server, client } = await setUp({ welcome: { heartbeatMs: 1_000 } });
      if (state === 'disconnected') server.connection.cut();
      await Promise.all([client.close(), client.drain(), client.close()]);
      await client.drain();
      expect(client.state).toBe('closed');
      expect(clock.pending).toBe(0);
      expect(await failureOf(client.kv.get({ key: 'a' }))).toBe('CANCELLED');
    }
  });

  it('drains: waits for what is on its way, also without a connection', async () => {
    const { clock, server, client } = await setUp({ kv: { get: () => ({ found: true }) } });
    server.connection.cut();
    const reply = client.kv.get({ key: 'a' });
    const drained = client.drain();
    expect(await failureOf(client.kv.get({ key: 'b' }))).toBe('CANCELLED');
    clock.advance(250);
    expect((await reply).found).toBe(true);
    await drained;
    expect(client.state).toBe('closed');
  });
});
