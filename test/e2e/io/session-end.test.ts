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
