import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { type StreamHistory, TopicHistory, type TopicHistoryLimits } from './topic-history.js';

const MANY = 1_000_000;

function stage(limits: Partial<TopicHistoryLimits> = {}) {
  const clock = new FakeClock();
  const history = new TopicHistory(clock, {
    maxMessages: MANY,
    maxBytes: MANY,
    maxAgeMs: 1_000,
    maxTotalBytes: MANY,
    ...limits,
  });
  const offsets = new Map<StreamHistory, number>();
  const publish = (stream: StreamHistory, byteCount = 1): void => {
    const offset = (offsets.get(stream) ?? 0) + 1;
    offsets.set(stream, offset);
    const [topic, payload, tags] = ['t', new Uint8Array(0), new Map<string, string>()];
    stream.append(offset, { topic, payload, tags, exceptSessionId: '', publishedAtMs: clock.now(), byteCount });
  };
  const since = (stream: StreamHistory, offset: number, maxBytes = MANY): number[] | undefined =>
    stream.since(offset, offsets.get(stream) ?? 0, maxBytes)?.map((kept) => kept.offset);
  return { clock, history, publish, since };
}

it('keeps so many messages of a stream, and tells when one of those asked for is gone', () => {
  const { history, publish, since } = stage({ maxMessages: 3 });
  const stream = history.open();
  expect(since(stream, 0)).toEqual([]);
  for (let index = 0; index < 200; index++) publish(stream);
  expect(since(stream, 197)).toEqual([198, 199, 200]);
  expect(since(stream, 196)).toBeUndefined();
  expect(since(stream, 200)).toEqual([]);
  expect(stream.newest(2, MANY).map(({ offset }) => offset)).toEqual([199, 200]);
  expect(stream.newest(10, MANY).map(({ offset }) => offset)).toEqual([198, 199, 200]);
  expect(history.byteCount).toBe(3);
});

it('keeps so many bytes of a stream, and never gives more than what may be sent', () => {
  const { history, publish, since } = stage({ maxBytes: 10 });
  const stream = history.open();
  for (const byteCount of [4, 4, 4]) publish(stream, byteCount);
  expect(since(stream, 1)).toEqual([2, 3]);
  expect(since(stream, 0)).toBeUndefined();
  expect(since(stream, 1, 7)).toBeUndefined();
  expect(stream.newest(2, 7).map(({ offset }) => offset)).toEqual([3]);
  publish(stream, 11);
  expect([since(stream, 3), since(stream, 4), history.byteCount]).toEqual([undefined, [], 0]);
});

it('lets go of what is too old, with and without being asked', () => {
  const { clock, history, publish, since } = stage();
  const [first, second] = [history.open(), history.open()];
  publish(first);
  clock.advance(600);
  publish(second);
  publish(first);
  expect(since(first, 0)).toEqual([1, 2]);
  clock.advance(400);
  expect([since(first, 0), since(first, 1), since(second, 0)]).toEqual([undefined, [2], [1]]);
  clock.advance(599);
  expect(history.byteCount).toBe(2);
  clock.advance(1);
  expect(history.byteCount).toBe(0);
});

it('bounds all streams together, the oldest messages first', () => {
  const { history, publish, since } = stage({ maxTotalBytes: 10 });
  const [first, second] = [history.open(), history.open()];
  publish(first, 4);
  publish(second, 4);
  publish(first, 4);
  expect([since(first, 0), since(first, 1), since(second, 0)]).toEqual([undefined, [2], [1]]);
  second.clear();
  expect(history.byteCount).toBe(4);
  publish(second, 6);
  expect([since(first, 1), since(second, 1)]).toEqual([[2], [2]]);
});

it.each([{ maxMessages: 0 }, { maxAgeMs: 0 }, { maxBytes: 0 }])('keeps nothing with %j', (limits) => {
  const { history, publish, since } = stage(limits);
  const stream = history.open();
  publish(stream);
  expect([since(stream, 0), since(stream, 1), history.byteCount]).toEqual([undefined, [], 0]);
});
