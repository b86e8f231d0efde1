import { IoService, type IoServiceClient, type WorkRequestInit } from '@polywire/protocol/polywire.io.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import type { MethodDescriptor } from '@polywire/protocol/wire';
import { oneWay, PolywireError } from '@polywire/sdk/core';
import { type AuthOptions, createServer, type LimitsConfig, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const MAX_CALLS = 20;
const MAX_SUBSCRIPTIONS = 10;
const TRIES = 30;
const LONG_MS = 3_600_000;

let server: PolywireServer;
const peers: NativePeer[] = [];

async function start(limits: Partial<LimitsConfig> = {}, auth?: AuthOptions): Promise<void> {
  server = await createServer({
    ...(auth !== undefined && { auth }),
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    limits: { maxCalls: MAX_CALLS, maxSubscriptions: MAX_SUBSCRIPTIONS, ...limits },
  });
}

async function dial(at: number, hello: Parameters<typeof NativePeer.open>[1] = {}) {
  const peer = await NativePeer.open(server.addresses[at] as string, hello);
  peers.push(peer);
  return peer;
}

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.drop();
  await server.close({ drainMs: 0 });
});

/** Counts how calls that nobody waits for have ended. */
class Tally {
  readonly codes = new Map<string, number>();
  ended = 0;

  watch(...calls: Promise<unknown>[]): void {
    const count = (code: string): void => {
      this.ended++;
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    };
    for (const call of calls) {
      call.then(
        () => count('OK'),
        (thrown: unknown) => count(PolywireError.from(thrown).codeName),
      );
    }
  }
}

/** What waits, and takes nothing of the test's time. */
const forEver = new Promise<never>(() => {});

async function* offers(worker: string): AsyncIterable<WorkRequestInit> {
  yield { event: { $case: 'offer', value: { worker, concurrency: 1 } } };
  await forEver;
}

const first = <T>(items: AsyncIterable<T>): Promise<unknown> => items[Symbol.asyncIterator]().next();
/** Ends when the stream does: one that stands counts for nothing. */
async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

interface Greed {
  readonly what: string;
  readonly limit: number;
  begin(peer: NativePeer, index: number): Promise<unknown>;
}

const io = (peer: NativePeer): IoServiceClient => peer.use(IoService);
const calls: readonly Greed[] = [
  {
    what: 'requests that wait for a worker',
    limit: MAX_CALLS,
    begin: (peer) => io(peer).request({ worker: 'busy', payload: new Uint8Array(1) }, { timeoutMs: LONG_MS }),
  },
  {
    what: 'waits for locks',
    limit: MAX_CALLS,
    begin: (peer) => io(peer).lock({ name: 'door', waitMs: LONG_MS }, { timeoutMs: LONG_MS }),
  },
  { what: 'workers', limit: MAX_CALLS, begin: (peer, index) => readAll(io(peer).work(offers(`worker ${index}`))) },
  {
    what: 'subscriptions',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(io(peer).subscribe({ topic: `topic ${index}` })),
  },
  {
    what: 'subscriptions to patterns and filters',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) =>
      readAll(io(peer).subscribe({ topic: `t.${index}.**`, filter: new Map([['a', `${index}`]]) })),
  },
  {
    what: 'subscriptions to the newest message',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(io(peer).subscribe({ topic: `topic ${index}`, delivery: 2 })),
  },
  {
    what: 'places on topics',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(io(peer).subscribe({ topic: `topic ${index}`, presence: new Uint8Array(1) })),
  },
  {
    what: 'looks at who is present',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(io(peer).presence({ topic: `topic ${index}` })),
  },
  {
    what: 'watches of keys',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(peer.use(KvService).watch({ prefix: `${index}` })),
  },
  {
    what: 'subscriptions of KvService',
    limit: MAX_SUBSCRIPTIONS,
    begin: (peer, index) => readAll(peer.use(KvService).subscribe({ topic: `topic ${index}` })),
  },
];

describe.each([
  ['WebSocket', 0],
  ['TCP', 1],
] as const)('one session over %s cannot have more than its share of', (_, at) => {
  it.each(calls)('$what', async ({ limit, begin }) => {
    await start();
    const [greedy, other] = [await dial(at), await dial(at)];
    // The lock is held and the worker busy, so that what comes has to wait.
    await io(other).lock({ name: 'door', ttlMs: LONG_MS });
    void readAll(io(other).work(offers('busy'))).catch(() => {});
    await expect.poll(() => server.stats().io?.workers).toBe(1);
    const seen = new Tally();
    const task = io(other).request({ worker: 'busy' }, { timeoutMs: LONG_MS });
    task.catch(() => {});
    await expect.poll(() => server.stats().io?.tasksRunning).toBe(1);
    for (let index = 0; index < TRIES; index++) seen.watch(begin(greedy, index));
    await expect.poll(() => seen.ended).toBe(TRIES - limit);
    expect([...seen.codes]).toEqual([['RESOURCE_EXHAUSTED', TRIES - limit]]);
    // Its connection stands, and others have their own share.
    await first(io(other).subscribe({ topic: 'topic 1' }));
    await other.use(KvService).set({ key: 'k', value: new Uint8Array(1) });
    expect(server.sessions()).toHaveLength(2);
    // What it gives back it may have again.
    greedy.drop();
    await greedy.closed;
    const again = await dial(at);
    const anew = new Tally();
    for (let index = 0; index < limit; index++) anew.watch(begin(again, index));
    await again
      .use(KvService)
      .get({ key: 'k' })
      .catch((thrown: unknown) => {
        expect(PolywireError.from(thrown).codeName).toBe('RESOURCE_EXHAUSTED');
      });
    expect(anew.ended).toBe(0);
  });
});

it('one client cannot have all locks that outlive their sessions', async () => {
  const tokens = ['a', 'b'].map((id) => ({ token: `token of ${id}`, clientId: id, permissions: ['*'] }));
  await start({ maxLocksPerClient: 5 }, { tokens });
  const take = async (token: string, name: string): Promise<string> => {
    const peer = await dial(1, { token });
    const tally = new Tally();
    const taken = io(peer).lock({ name, detached: true, ttlMs: LONG_MS });
    tally.watch(taken);
    await taken.catch(() => {});
    peer.close();
    await peer.closed;
    return [...tally.codes.keys()].join();
  };
  const codes: string[] = [];
  for (let index = 0; index < 7; index++) codes.push(await take('token of a', `lock ${index}`));
  expect(codes).toEqual([...Array(5).fill('OK'), ...Array(2).fill('RESOURCE_EXHAUSTED')]);
  expect(await take('token of b', 'lock 6')).toBe('OK');
  expect(server.stats().io?.locks).toBe(6);
});

const method = (name: string): MethodDescriptor => IoService.methods[name] as MethodDescriptor;

describe('calls that nobody counts for the client are bounded too:', () => {
  it('those without an answer', async () => {
    await start();
    const [greedy, other] = [await dial(0), await dial(0)];
    await io(other).lock({ name: 'door', ttlMs: LONG_MS });
    for (let index = 0; index < 3_000; index++) {
      oneWay(greedy.engine, IoService, method('lock'), { name: 'door', waitMs: LONG_MS });
    }
    greedy.engine.flush();
    // Those that wait are its calls like others.
    const refused = greedy.use(KvService).get({ key: 'k' });
    expect(PolywireError.from(await refused.catch((thrown: unknown) => thrown)).codeName).toBe('RESOURCE_EXHAUSTED');
    // There is room in the line for others.
    const waits = io(other).lock({ name: 'door', waitMs: 10 });
    expect(await waits).toMatchObject({ acquired: false });
  });

  it('those with an idempotency key, which outlive their connection', async () => {
    await start();
    const other = await dial(0);
    for (let index = 0; index < 5; index++) {
      await io(other).lock({ name: `door ${index}`, ttlMs: LONG_MS });
    }
    let hello: Parameters<typeof NativePeer.open>[1] = { clientId: 'greedy' };
    const codes = new Tally();
    for (let round = 0; round < 5; round++) {
      const peer = await dial(0, hello);
      const { sessionId, resumeToken } = peer.welcome;
      expect(peer.welcome.resumed).toBe(round > 0);
      hello = { clientId: 'greedy', resume: { sessionId, resumeToken } };
      for (let index = 0; index < MAX_CALLS; index++) {
        const route = { idempotencyKey: `${round} ${index}`, timeoutMs: LONG_MS };
        codes.watch(peer.callWith(IoService, method('lock'), { name: `door ${round}`, waitMs: LONG_MS }, route));
      }
      await peer
        .use(KvService)
        .get({ key: 'k' })
        .catch(() => {});
      peer.drop();
      await peer.closed;
      await expect.poll(() => server.sessions().length).toBe(1);
    }
    expect(codes.codes.get('RESOURCE_EXHAUSTED')).toBe(4 * MAX_CALLS);
  });
});
