import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { bytes, join, startServer, subscribe } from './io-client.js';

it('a lost connection keeps locks and presence until its session has ended', async () => {
  const clock = new FakeClock();
  const server = await startServer({ clock, session: { resumeWindowMs: 30_000, heartbeatMs: 0 } });
  const [a, b] = [await join(server, 'a'), await join(server, 'b')];
  await subscribe(a.io, { topic: 'room', presence: bytes('') });
  const { fencingToken } = await a.io.lock({ name: 'door', ttlMs: 3_600_000 });
  expect(fencingToken).toBeGreaterThan(0);
  const told: string[] = [];
  void (async () => {
    for await (const { event } of b.io.presence({ topic: 'room' })) told.push(event?.$case ?? '');
  })().catch(() => {});
  await expect.poll(() => told).toEqual(['present']);

  const [lost] = server.sessions().filter(({ clientId }) => clientId === 'a');
  lost?.close(3003, 'the connection is cut');
  await expect.poll(() => server.sessions().length).toBe(1);
  expect(await b.io.lock({ name: 'door' })).toMatchObject({ acquired: false });
  const waiting = b.io.lock({ name: 'door', waitMs: 3_600_000 }, { timeoutMs: 0 });
  await subscribe(b.io, { topic: 'room', presence: bytes('') });
  await expect.poll(() => told).toEqual(['present', 'joined']);

  clock.advance(30_000);
  expect((await waiting).fencingToken).toBeGreaterThan(fencingToken);
  await expect.poll(() => told).toEqual(['present', 'joined', 'left']);
  const released = await b.io.unlock({ name: 'door', fencingToken: (await waiting).fencingToken });
  expect(released).toEqual({ released: true });
});

it('who comes back and does not subscribe again is not present any more', async () => {
  const clock = new FakeClock();
  const server = await startServer({ clock, session: { resumeWindowMs: 30_000, heartbeatMs: 0 } });
  const [a, b] = [await join(server, 'a', 0, {}), await join(server, 'b')];
  const [left, kept] = [new AbortController(), new AbortController()];
  const read = async (topic: string, { signal }: AbortController): Promise<void> => {
    for await (const _ of a.io.subscribe({ topic, presence: bytes('') }, { signal }));
  };
  const reading = [read('left', left), read('kept', kept)].map((done) => done.catch(() => {}));
  const told: string[] = [];
  for (const topic of ['left', 'kept']) {
    void (async () => {
      for await (const { event } of b.io.presence({ topic })) {
        const who = event?.$case === 'present' ? event.value.count : event?.value.clientId;
        told.push(`${topic} ${event?.$case} ${who}`);
      }
    })().catch(() => {});
  }
  await expect.poll(() => told.filter((line) => line.endsWith('a') || line.endsWith('1')).length).toBe(2);
  told.length = 0;

  const statuses = a.client.status();
  await statuses.next();
  const [lost] = server.sessions().filter(({ clientId }) => clientId === 'a');
  lost?.close(3003, 'the connection is cut');
  expect((await statuses.next()).value).toMatchObject({ state: 'disconnected' });
  // Nobody reads it any more when the client is back.
  left.abort();
  await expect.poll(() => a.client.state).toBe('connected');
  await a.client.kv.get({ key: 'x' }).catch(() => {});

  clock.advance(34_999);
  await b.client.kv.get({ key: 'x' }).catch(() => {});
  expect(told).toEqual([]);
  clock.advance(1);
  await expect.poll(() => told).toEqual(['left left a']);
  clock.advance(600_000);
  await b.client.kv.get({ key: 'x' }).catch(() => {});
  expect(told).toEqual(['left left a']);
  kept.abort();
  await expect.poll(() => told).toEqual(['left left a', 'kept left a']);
  await Promise.all(reading);
});
