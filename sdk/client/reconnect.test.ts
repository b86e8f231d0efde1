import { inspect } from 'node:util';
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService, type KvServiceHandler } from '@polywire/protocol/polywire.kv.v1';
import type { HelloResponseInit } from '@polywire/protocol/polywire.session.v1';
import { describe, expect, it } from 'vitest';
import { PolywireError, type ServiceRegistry } from '../core/index.js';
import { connectToMemory, FakeClock, type MemoryClientOptions, MemoryServer } from '../testing/index.js';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (PolywireError.is(error) ? error.codeName : String(error)),
  );
}

interface Setup {
  readonly kv?: Partial<KvServiceHandler>;
  readonly offer?: (services: ServiceRegistry) => void;
  readonly client?: MemoryClientOptions;
  readonly welcome?: HelloResponseInit;
  readonly resumes?: boolean;
}

/** A client of a server in memory, with time that stands still. Tries begin 250 ms after a loss. */
async function setUp({ kv, offer, client: options, welcome, resumes = true }: Setup = {}) {
  const clock = new FakeClock();
  let sessions = 0;
  const server = new MemoryServer(
    (services) => {
      if (kv !== undefined) services.add(KvService, kv);
      offer?.(services);
    },
    {
      clock,
      welcome: ({ resume }) => ({
        sessionId: resume !== undefined && resumes ? resume.sessionId : `session-${++sessions}`,
        resumeToken: 'proof',
        resumed: resume !== undefined && resumes,
        ...welcome,
      }),
    },
  );
  const client = await connectToMemory(server, 'memory://server', { clock, random: () => 0.5, ...options });
  /** Cuts the connection; the next one stands when this resolves. */
  const comeBack = async (): Promise<void> => {
    server.connection.cut();
    clock.advance(2_000);
    await settled();
  };
  return { clock, server, client, comeBack };
}

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

describe('streams over a reconnect', () => {
  it('of requests fail with their connection, and begin only when there is one', async () => {
    const { clock, server, client } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async clientStream(requests) {
            let count = 0;
            for await (const _ of requests) count++;
            return { count };
          },
        }),
    });
    const service = client.use(ConformanceService);
    let more: () => void = () => {};
    async function* slow() {
      yield {};
      await new Promise<void>((resolve) => {
        more = resolve;
      });
    }
    const failure = failureOf(service.clientStream(slow()));
    await settled();
    server.connection.cut();
    expect(await failure).toBe('UNAVAILABLE');
    more();
    async function* two() {
      yield {};
      yield {};
    }
    const reply = service.clientStream(two());
    clock.advance(250);
    expect((await reply).count).toBe(2);
  });

  it('of responses without a position fail, and so do those whose service has none', async () => {
    const { server, client } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async *serverStream() {
            yield { index: 0 };
            await new Promise<never>(() => {});
          },
        }),
    });
    const items = client.use(ConformanceService).serverStream({})[Symbol.asyncIterator]();
    expect((await items.next()).value.index).toBe(0);
    const next = failureOf(items.next());
    server.connection.cut();
    expect(await next).toBe('UNAVAILABLE');
  });

  it('of a service of one’s own go on as its resumption says', async () => {
    const asked: number[] = [];
    const { client, comeBack } = await setUp({
      offer: (services) =>
        services.add(ConformanceService, {
          async *serverStream({ plan }) {
            const from = plan?.count ?? 0;
            asked.push(from);
            yield { index: from };
            await new Promise<never>(() => {});
          },
        }),
    });
    const resume = {
      serverStream: {
        follow: () => {
          let last = 0;
          return {
            resumeRequest: () => ({ plan: { count: last + 1 } }),
            take: (item: { index: number }, emit: (item: { index: number }) => void) => {
              last = item.index;
              emit(item);
            },
          };
        },
      },
    };
    const service = client.use(ConformanceService, { resume });
    const seen: number[] = [];
    for await (const { index } of service.serverStream({})) {
      seen.push(index);
      if (index === 2) break;
      await comeBack();
    }
    expect(asked).toEqual([0, 1, 2]);
    expect(seen).toEqual([0, 1, 2]);
  });
});

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
