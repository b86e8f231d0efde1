import { IoService } from '@polywire/protocol/polywire.io.v1';
import { PolywireError } from '@polywire/sdk';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { NativePeer } from '../../kit/native-peer.js';
import { bytes, join, startServer, subscribe } from './io-client.js';
import { ManualWorker } from './worker.js';

const LONG_MS = 3_600_000;
const ROUNDS = 40;
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (thrown: unknown) => PolywireError.from(thrown).codeName,
  );

describe.each([0, 1])('what crosses on its way (listener %i)', (at) => {
  it('a lock falls to a waiter that goes away at that moment: the next has it at the latest when that session ends', async () => {
    const clock = new FakeClock();
    const server = await startServer({ clock, session: { resumeWindowMs: 5_000, heartbeatMs: 0 } });
    const holder = await join(server, '', at);
    for (let round = 0; round < ROUNDS; round++) {
      const name = `door ${round}`;
      const { fencingToken } = await holder.io.lock({ name, ttlMs: LONG_MS });
      const leaver = await NativePeer.open(server.addresses[at] as string);
      const next = await NativePeer.open(server.addresses[at] as string);
      const told = codeOf(leaver.use(IoService).lock({ name, ttlMs: LONG_MS, waitMs: LONG_MS }, { timeoutMs: 0 }));
      await leaver.use(IoService).unlock({ name, fencingToken: 1 });
      const taken = next.use(IoService).lock({ name, ttlMs: LONG_MS, waitMs: LONG_MS }, { timeoutMs: 0 });
      await next.use(IoService).unlock({ name, fencingToken: 1 });
      const released = holder.io.unlock({ name, fencingToken });
      if (round % 2 === 0) leaver.drop();
      await released;
      leaver.drop();
      expect(await told).toMatch(/^(OK|UNAVAILABLE)$/);
      await expect.poll(() => server.stats().sessions).toBe(2);
      clock.advance(5_000);
      expect((await taken).fencingToken).toBeGreaterThan(fencingToken);
      next.close();
      await next.closed;
      clock.advance(5_000);
      await expect.poll(() => server.stats().io?.locks).toBe(0);
    }
  });

  it('a task is withdrawn while its result is on the way: it has one outcome, and the worker is free again', async () => {
    const server = await startServer();
    const [asker, doer] = [await join(server, '', at), await join(server, '', at)];
    const worker = new ManualWorker(doer.io, 'w');
    await expect.poll(() => worker.said).toEqual(['ready']);
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const abort = new AbortController();
      const asked = codeOf(asker.io.request({ worker: 'w' }, { signal: abort.signal }));
      await expect.poll(() => worker.tasks.length).toBe(round + 1);
      const finish = () => worker.finish(worker.tasks[round] as string, bytes('done'));
      if (round % 2 === 0) finish();
      abort.abort();
      if (round % 2 === 1) finish();
      outcomes.push(await asked);
    }
    expect(outcomes.filter((outcome) => outcome !== 'OK' && outcome !== 'CANCELLED')).toEqual([]);
    const last = asker.io.request({ worker: 'w' });
    await expect.poll(() => worker.tasks.length).toBe(ROUNDS + 1);
    worker.finish(worker.tasks[ROUNDS] as string, bytes('last'));
    expect((await last).payload).toEqual(bytes('last'));
    expect(worker.error).toBe(undefined);
    // A withdrawn task is told as such, and a result that came too late is said to be.
    const said = (name: string) => worker.said.filter((each) => each === name).length;
    expect(said('late')).toBeLessThanOrEqual(said('cancel'));
    expect(server.stats().io).toMatchObject({ tasksRunning: 0, tasksQueued: 0, resultsLate: said('late') });
  });

  it('a client with two connections is present twice, and leaves once for each', async () => {
    const server = await startServer();
    const [first, second, looks] = [
      await join(server, 'same', at),
      await join(server, 'same', at),
      await join(server, '', at),
    ];
    const events: string[] = [];
    const done = (async () => {
      for await (const { event } of looks.io.presence({ topic: 'room' })) {
        const what = event?.$case === 'present' ? event.value.count : event?.value.clientId;
        events.push(`${event?.$case} ${what}`);
      }
    })();
    done.catch(() => {});
    await expect.poll(() => events).toEqual(['present 0']);
    await subscribe(first.io, { topic: 'room', presence: bytes('1') });
    const own = await subscribe(second.io, { topic: 'room', presence: bytes('2') });
    // A second subscription of one session is the same presence.
    const twice = await subscribe(second.io, { topic: 'room', presence: bytes('2') });
    await expect.poll(() => events).toEqual(['present 0', 'joined same', 'joined same']);
    await own.end();
    await first.client.close();
    await expect.poll(() => events.slice(3)).toEqual(['left same']);
    await twice.end();
    await expect.poll(() => events.slice(3)).toEqual(['left same', 'left same']);
  });

  it('the newest message only: who publishes is told of its readers, and leaves itself out also when it came back', async () => {
    const server = await startServer();
    const address = server.addresses[at] as string;
    const reader = await join(server, '', at);
    const newest = await subscribe(reader.io, { topic: 't', delivery: 2 });
    let peer = await NativePeer.open(address, { clientId: 'a' });
    const { sessionId, resumeToken } = peer.welcome;
    peer.drop();
    await expect.poll(() => server.stats().sessionsParked).toBe(1);
    peer = await NativePeer.open(address, { clientId: 'a', resume: { sessionId, resumeToken } });
    expect(peer.welcome.resumed).toBe(true);
    const own: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { event } of peer.use(IoService).subscribe({ topic: 't', delivery: 2 })) {
        own.push(event?.$case ?? '');
      }
    };
    read().catch(() => {});
    await expect.poll(() => own).toEqual(['subscribed']);
    const publish = (payload: string, excludeSender: boolean) =>
      peer.use(IoService).broadcast({ topic: 't', payload: bytes(payload), excludeSender });
    expect(await publish('1', true)).toMatchObject({ offset: 1, receivers: 1 });
    await expect.poll(() => newest.texts).toEqual(['1']);
    expect(await publish('2', false)).toMatchObject({ offset: 2, receivers: 2 });
    await expect.poll(() => newest.texts).toEqual(['1', '2']);
    await expect.poll(() => own).toEqual(['subscribed', 'message']);
    peer.close();
  });
});

describe('a replay', () => {
  it.each([
    ['messages', { historyMessages: 4 }],
    // Each counts for its payload, its topic and 200 more.
    ['bytes', { historyBytes: 4 * (1 + 1 + 200) }],
    ['bytes of all topics', { totalBytes: 4 * (1 + 1 + 200) }],
  ])('is whole when just the limit of %s was reached, and nothing with one message more', async (_, topics) => {
    const server = await startServer({ topics });
    const { io } = await join(server);
    for (let index = 0; index < 6; index++) await io.broadcast({ topic: 't', payload: bytes(`${index}`) });
    const { epoch } = await subscribe(io, { topic: 't' });
    const just = await subscribe(io, { topic: 't', epoch, offset: 2 });
    expect(just).toMatchObject({ recovered: true, offset: 6 });
    await expect.poll(() => just.texts).toEqual(['2', '3', '4', '5']);
    const over = await subscribe(io, { topic: 't', epoch, offset: 1 });
    expect(over).toMatchObject({ recovered: false, offset: 6 });
    expect(over.texts).toEqual([]);
  });

  it('of a pattern whose stream was forgotten is a gap of unknown size, once, and then every message', async () => {
    const clock = new FakeClock();
    const server = await startServer({ clock, session: { heartbeatMs: 0 }, topics: { historyAgeMs: 10_000 } });
    const [reader, writer] = [await join(server, 'r', 0, {}), await join(server)];
    const seen: string[] = [];
    const abort = new AbortController();
    const reading = (async () => {
      for await (const { event } of reader.client.io.subscribe({ topic: 'a.*' }, { signal: abort.signal })) {
        if (event?.$case === 'gap') seen.push(`gap ${event.value.fromOffset}-${event.value.toOffset}`);
        else seen.push(event?.$case === 'message' ? new TextDecoder().decode(event.value.payload) : 'subscribed');
      }
    })().catch(() => {});
    await expect.poll(() => seen).toEqual(['subscribed']);
    const say = (topic: string, text: string) => writer.io.broadcast({ topic, payload: bytes(text) });
    await say('a.b', '1');
    await expect.poll(() => seen).toEqual(['subscribed', '1']);
    const statuses = reader.client.status();
    await statuses.next();
    server
      .sessions()
      .find(({ clientId }) => clientId === 'r')
      ?.close(3003, 'cut');
    expect((await statuses.next()).value?.state).toBe('disconnected');
    await say('a.c', 'lost');
    clock.advance(10_000);
    await expect.poll(() => reader.client.state, { timeout: 5_000 }).toBe('connected');
    await expect.poll(() => seen.slice(2)).toEqual(['subscribed', 'gap 2-0']);
    await say('a.d', '2');
    await expect.poll(() => seen.slice(4)).toEqual(['2']);
    abort.abort();
    await reading;
  });
});

it('a server that stops does not wait for streams that end only when their client likes', async () => {
  const server = await startServer();
  const { client, io } = await join(server);
  await subscribe(io, { topic: 't' });
  await subscribe(io, { topic: 't', delivery: 2 });
  const watching = client.kv.watch({ prefix: '' })[Symbol.asyncIterator]();
  await watching.next();
  const worker = new ManualWorker(io, 'w');
  await expect.poll(() => worker.said).toEqual(['ready']);
  const startedAt = Date.now();
  await server.close({ drainMs: 20_000 });
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  await expect.poll(() => client.state).toBe('closed');
});
