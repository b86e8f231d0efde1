import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Delivery, IoService } from '@polywire/protocol/polywire.io.v1';
import { describe, expect, it } from 'vitest';
import { NativePeer } from '../../kit/native-peer.js';
import { bytes, type IoClient, join, startServer, subscribe, text } from './io-client.js';

const tags = (pairs: Record<string, string>) => new Map(Object.entries(pairs));
const say = ({ io }: IoClient, topic: string, message: string, pairs: Record<string, string> = {}) =>
  io.broadcast({ topic, payload: bytes(message), tags: tags(pairs) });

describe('broadcast and subscribe', () => {
  it('hands a message to every subscriber of every transport and service, with one numbering', async () => {
    const server = await startServer();
    const [a, b] = [await join(server, 'a', 0), await join(server, 'b', 1)];
    const first = await subscribe(a.io, { topic: 'ticks' });
    const second = await subscribe(b.io, { topic: 'ticks' });
    const kv = b.client.kv.subscribe({ topic: 'ticks' })[Symbol.asyncIterator]();
    const begun = (await kv.next()).value?.event;
    expect(begun).toMatchObject({ $case: 'subscribed', value: { epoch: first.epoch, offset: 0 } });
    expect(await say(a, 'ticks', 'one')).toMatchObject({ offset: 1, receivers: 3, epoch: first.epoch });
    expect(await b.client.kv.publish({ topic: 'ticks', payload: bytes('two') })).toMatchObject({
      offset: 2,
      receivers: 3,
    });
    for (const subscription of [first, second]) {
      await expect
        .poll(() => subscription.messages.map(({ offset, text: said }) => [offset, said]))
        .toEqual([
          [1, 'one'],
          [2, 'two'],
        ]);
    }
    const told = (await kv.next()).value?.event;
    expect(told?.$case === 'message' && [told.value.offset, text(told.value.payload)]).toEqual([1, 'one']);
    await kv.return?.();
    await first.end();
    await expect.poll(async () => (await say(a, 'ticks', 'three')).receivers).toBe(1);
  });

  it('leaves the sender out, and counts without it', async () => {
    const server = await startServer();
    const [a, b] = [await join(server), await join(server)];
    const mine = await subscribe(a.io, { topic: 't' });
    await subscribe(a.io, { topic: '*' });
    const other = await subscribe(b.io, { topic: 't' });
    const sent = await a.io.broadcast({ topic: 't', payload: bytes('x'), excludeSender: true });
    expect(sent).toMatchObject({ offset: 1, receivers: 1 });
    await expect.poll(() => other.texts).toEqual(['x']);
    await say(b, 't', 'y');
    await expect.poll(() => [mine.texts, other.texts]).toEqual([['y'], ['x', 'y']]);
  });

  it.each([
    ['a.**.b', 'subscribe'],
    ['a.*', 'broadcast'],
    ['**', 'broadcast'],
  ])('refuses "%s" to %s', async (topic, method) => {
    const { io } = await join(await startServer());
    const failed =
      method === 'subscribe'
        ? (await subscribe(io, { topic })).error
        : await io.broadcast({ topic }).catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({ code: ErrorCode.INVALID_ARGUMENT });
  });

  it('bounds the subscriptions of a session and the topics of the server', async () => {
    const server = await startServer({ limits: { maxSubscriptions: 2 }, topics: { maxTopics: 20 } });
    const a = await join(server);
    const held = [
      await subscribe(a.io, { topic: 'a' }),
      await subscribe(a.io, { topic: 'b', delivery: Delivery.LATEST }),
    ];
    expect((await subscribe(a.io, { topic: 'c' })).error).toMatchObject({ code: ErrorCode.RESOURCE_EXHAUSTED });
    await held[1]?.end();
    await expect.poll(async () => (await subscribe(a.io, { topic: 'c' })).error).toBeUndefined();
    // Topics without subscribers make room for new ones and begin again under another epoch.
    const { epoch } = await say(a, 'idle', 'x');
    for (let index = 0; index < 40; index++) await say(a, `topic ${index}`, 'x');
    const again = await say(a, 'idle', 'x');
    expect(again.offset).toBe(1);
    expect(again.epoch).not.toBe(epoch);
    expect((await say(a, 'a', 'x')).epoch).toBe(held[0]?.epoch);
  });
});

describe('coming back to a topic', () => {
  it('replays the whole gap, and goes on without a hole', async () => {
    const server = await startServer();
    const [a, b] = [await join(server), await join(server, '', 1)];
    const before = await subscribe(b.io, { topic: 't' });
    await say(a, 't', '1');
    await before.end();
    for (const message of ['2', '3', '4']) await say(a, 't', message);
    const after = await subscribe(b.io, { topic: 't', epoch: before.epoch, offset: 1 });
    await say(a, 't', '5');
    expect(after).toMatchObject({ recovered: true, offset: 4, epoch: before.epoch });
    await expect.poll(() => after.messages.map(({ offset }) => offset)).toEqual([2, 3, 4, 5]);
  });

  it.each([
    ['of another epoch', (epoch: string) => ({ epoch: `${epoch}x`, offset: 5 })],
    ['ahead of the newest message', (epoch: string) => ({ epoch, offset: 6 })],
    ['before what is kept', (epoch: string) => ({ epoch, offset: 1 })],
  ])('says recovered = false and replays nothing for a position %s', async (_, position) => {
    const server = await startServer({ topics: { historyMessages: 3 } });
    const a = await join(server);
    for (const message of ['1', '2', '3', '4', '5']) await say(a, 't', message);
    const { epoch } = await subscribe(a.io, { topic: 't' });
    const back = await subscribe(a.io, { topic: 't', ...position(epoch) });
    await say(a, 't', '6');
    expect(back).toMatchObject({ recovered: false, offset: 5, epoch });
    await expect.poll(() => back.messages.map(({ offset }) => offset)).toEqual([6]);
  });

  it('replays nothing that would be more than the connection may have waiting', async () => {
    const server = await startServer({ limits: { maxQueuedBytes: 200_000 }, topics: { historyBytes: 10_000_000 } });
    const a = await join(server);
    const large = 'x'.repeat(40_000);
    const { epoch } = await say(a, 't', large);
    for (let index = 0; index < 3; index++) await say(a, 't', large);
    expect(await subscribe(a.io, { topic: 't', epoch, offset: 2 })).toMatchObject({ recovered: true });
    expect(await subscribe(a.io, { topic: 't', epoch, offset: 1 })).toMatchObject({ recovered: false });
  });

  it('paces the replays of many subscriptions, so that none costs the connection', async () => {
    const server = await startServer({ limits: { maxQueuedBytes: 1_000_000 } });
    for (const at of [0, 1]) {
      const a = await join(server, '', at);
      const topics = Array.from({ length: 60 }, (_, index) => `${at} topic ${index}`);
      const large = 'x'.repeat(400_000);
      const positions: { epoch: string }[] = [];
      for (const topic of topics) positions.push(await say(a, topic, large));
      const back = await Promise.all(
        topics.map((topic, index) => subscribe(a.io, { topic, epoch: positions[index]?.epoch ?? '', offset: 0 })),
      );
      await expect.poll(() => back.filter(({ messages }) => messages.length === 1).length, { timeout: 8_000 }).toBe(60);
      expect(back.every(({ recovered, error }) => recovered && error === undefined)).toBe(true);
    }
  });

  it('begins with the newest messages if asked', async () => {
    const a = await join(await startServer());
    for (const message of ['1', '2', '3']) await say(a, 't', message);
    const some = await subscribe(a.io, { topic: 't', last: 2 });
    const all = await subscribe(a.io, { topic: 't', last: 10 });
    await expect.poll(() => some.texts).toEqual(['2', '3']);
    await expect.poll(() => all.texts).toEqual(['1', '2', '3']);
    const none = await subscribe(a.io, { topic: 't', last: 2, delivery: Delivery.AT_MOST_ONCE });
    await say(a, 't', '4');
    await expect.poll(() => none.texts).toEqual(['4']);
  });

  it('hands nothing to a subscription that was published before its position', async () => {
    const server = await startServer();
    // Its calls see every item that came for them.
    const peer = await NativePeer.open(server.addresses[0] as string);
    const io = peer.use(IoService);
    const first = await subscribe(io, { topic: 't' });
    // They come in one message, so that the first is still on its way when the second is answered.
    const [, second] = await Promise.all([io.broadcast({ topic: 't' }), subscribe(io, { topic: 't' })]);
    await io.broadcast({ topic: 't' });
    const offsets = () => [first, second].map(({ messages }) => messages.map(({ offset }) => offset));
    await expect.poll(offsets).toEqual([[1, 2], [2]]);
    peer.drop();
  });

  it('loses nothing between the position and the first message, also behind hooks that take time', async () => {
    const server = await startServer();
    server.use({ onExecute: () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3)) });
    const [a, b] = [await join(server), await join(server)];
    const publishing = (async () => {
      for (let index = 0; index < 100; index++) await say(a, 't', String(index));
    })();
    const subscriptions = [];
    for (let index = 0; index < 20; index++) subscriptions.push(await subscribe(b.io, { topic: 't' }));
    await publishing;
    for (const { messages, offset } of subscriptions) {
      const expected = Array.from({ length: 100 - offset }, (_, index) => offset + 1 + index);
      await expect.poll(() => messages.map((message) => message.offset)).toEqual(expected);
    }
  });
});

describe('patterns and filters', () => {
  it('have offsets of their own without holes, and can be come back to', async () => {
    const server = await startServer();
    const [a, b] = [await join(server), await join(server, '', 1)];
    const requests = [
      { topic: 'rooms.*.heat' },
      { topic: 'rooms.**' },
      { topic: 'rooms.1.heat', filter: tags({ unit: 'C' }) },
    ];
    const before = await Promise.all(requests.map((request) => subscribe(b.io, request)));
    const messages: [string, string, string][] = [
      ['rooms.1.heat', 'C', '1'],
      ['rooms.1.light', 'C', '2'],
      ['rooms.1.heat', 'F', '3'],
      ['rooms.2.heat', 'C', '4'],
      ['rooms.1.heat', 'C', '5'],
    ];
    const sent = [];
    for (const [topic, unit, message] of messages) sent.push(await say(a, topic, message, { unit }));
    expect(sent.map(({ receivers }) => receivers)).toEqual([3, 1, 2, 2, 3]);
    const texts = [
      ['1', '3', '4', '5'],
      ['1', '2', '3', '4', '5'],
      ['1', '5'],
    ];
    for (const [index, expected] of texts.entries()) {
      await expect.poll(() => before[index]?.texts).toEqual(expected);
      expect(before[index]?.messages.map(({ offset }) => offset)).toEqual(expected.map((_, at) => at + 1));
    }
    for (const subscription of before) await subscription.end();
    for (const [topic, unit, message] of messages) await say(a, topic, `again ${message}`, { unit });
    const after = await Promise.all(
      requests.map((request, index) =>
        subscribe(b.io, { ...request, epoch: before[index]?.epoch ?? '', offset: texts[index]?.length ?? 0 }),
      ),
    );
    for (const [index, expected] of texts.entries()) {
      expect(after[index]?.recovered).toBe(true);
      await expect.poll(() => after[index]?.texts).toEqual(expected.map((each) => `again ${each}`));
    }
  });

  it('do not slow a publisher down that they do not match', async () => {
    const server = await startServer({ limits: { maxSubscriptions: 20_000, maxCalls: 20_000 } });
    const [a, b] = [await join(server), await join(server, '', 1)];
    const measure = async (): Promise<number> => {
      const startedAt = performance.now();
      for (let round = 0; round < 20; round++)
        await Promise.all(Array.from({ length: 100 }, () => say(a, 'x.y.z', 'x')));
      return performance.now() - startedAt;
    };
    await measure();
    const alone = await measure();
    const requests = Array.from({ length: 10_000 }, (_, index) => ({
      topic: index % 2 ? `x.${index}.*` : `x.*.${index}`,
    }));
    await Promise.all(requests.map((request) => subscribe(b.io, request)));
    const among = await measure();
    expect(among).toBeLessThan(alone * 5 + 500);
  }, 20_000);
});

describe('the newest message only', () => {
  it('comes first, and then whenever there is room', async () => {
    const server = await startServer();
    const [a, b] = [await join(server), await join(server, '', 1)];
    for (const message of ['1', '2']) await say(a, 't', message);
    const latest = await subscribe(b.io, { topic: 't', delivery: Delivery.LATEST });
    await expect.poll(() => latest.texts).toEqual(['2']);
    // One packet with many calls is one turn of the server.
    await Promise.all(Array.from({ length: 50 }, (_, index) => say(a, 't', `turn ${index}`)));
    await expect.poll(() => latest.texts.at(-1)).toBe('turn 49');
    expect(latest.messages.length).toBeLessThan(20);
    const known = await subscribe(b.io, { topic: 't', delivery: Delivery.LATEST, epoch: latest.epoch, offset: 52 });
    expect(await say(a, 't', 'last')).toMatchObject({ receivers: 2 });
    await expect.poll(() => known.texts).toEqual(['last']);
    await latest.end();
    await expect.poll(async () => (await say(a, 't', 'x')).receivers).toBe(1);
    const own = await b.io.broadcast({ topic: 't', payload: bytes('mine'), excludeSender: true });
    expect(own.receivers).toBe(0);
  });

  it.each([0, 1])('costs a reader that stops reading nothing but the messages between (listener %i)', async (at) => {
    const server = await startServer({ limits: { maxQueuedBytes: 1_000_000 } });
    const peer = await NativePeer.open(server.addresses[at] as string);
    const latest = await subscribe(peer.use(IoService), { topic: 't', delivery: Delivery.LATEST });
    peer.stopReading();
    const payload = new Uint8Array(500_000);
    for (let index = 1; index <= 100; index++) {
      payload[0] = index;
      server.io.broadcast('t', payload);
      await new Promise((resolve) => setImmediate(resolve));
    }
    peer.goOnReading();
    await expect.poll(() => latest.messages.at(-1)?.offset, { timeout: 5_000 }).toBe(100);
    expect(latest.messages.length).toBeLessThan(100);
    expect(latest.error).toBeUndefined();
    peer.drop();
  });
});
