import { Delivery, type SubscribeRequestInit, type SubscribeResponse } from '@polywire/protocol/polywire.io.v1';
import { describe, expect, it } from 'vitest';
import { resumeTopic } from './resume-topic.js';

const session = { isOwn: (id: string) => id === 'me' };

const subscribed = (offset: number, recovered = false, epoch = 'e'): SubscribeResponse => ({
  event: { $case: 'subscribed', value: { epoch, offset, recovered } },
});
const message = (offset: number, exceptSessionId = '', topic = 't'): SubscribeResponse => ({
  event: {
    $case: 'message',
    value: { topic, offset, payload: new Uint8Array(0), tags: new Map(), exceptSessionId, publishedAtMs: 0 },
  },
});
const gap = (fromOffset: number, toOffset: number): SubscribeResponse => ({
  event: { $case: 'gap', value: { fromOffset, toOffset } },
});

/** A short form: `s5` subscribed at 5, `7` a message, `2-4` a gap. */
function show({ event }: SubscribeResponse): string {
  if (event?.$case === 'subscribed') return `s${event.value.offset}`;
  if (event?.$case === 'gap') return `${event.value.fromOffset}-${event.value.toOffset}`;
  return String(event?.value.offset);
}

function follow(request: Partial<SubscribeRequestInit> = {}) {
  const follower = resumeTopic.follow({ topic: 't', ...request }, session);
  return {
    take: (...items: SubscribeResponse[]): string => {
      const seen: string[] = [];
      for (const item of items) follower.take(item, (emitted) => seen.push(show(emitted)));
      return seen.join(' ');
    },
    position: (): [string | undefined, number | undefined] => {
      const { epoch, offset } = follower.resumeRequest();
      return [epoch, offset];
    },
    request: () => follower.resumeRequest(),
  };
}

describe('a subscription that goes on', () => {
  it('asks for what follows the last message, and does not show that it was away', () => {
    const topic = follow();
    expect(topic.take(subscribed(4), message(5), message(6))).toBe('s4 5 6');
    expect(topic.position()).toEqual(['e', 6]);
    expect(topic.take(subscribed(8, true), message(7), message(8), message(9))).toBe('7 8 9');
    expect(topic.position()).toEqual(['e', 9]);
  });

  it('has a position before the first message', () => {
    const topic = follow();
    topic.take(subscribed(4));
    expect(topic.position()).toEqual(['e', 4]);
  });

  it('begins at a position of its application', () => {
    const topic = follow({ epoch: 'e', offset: 2 });
    expect(topic.take(subscribed(4, true), message(3), message(4))).toBe('s4 3 4');
    const lost = follow({ epoch: 'e', offset: 2 });
    expect(lost.take(subscribed(4), message(5))).toBe('s4 3-4 5');
  });

  it('has its position when a message is emitted, not after', () => {
    const follower = resumeTopic.follow({ topic: 't' }, session);
    follower.take(subscribed(4), () => {});
    let during: number | undefined;
    follower.take(message(5), () => {
      during = follower.resumeRequest().offset;
    });
    expect(during).toBe(5);
  });

  it('drops what it has, and shows what is missing', () => {
    const topic = follow();
    expect(topic.take(subscribed(4), message(5), message(5), message(3), message(6))).toBe('s4 5 6');
    expect(topic.take(message(9), message(8), message(10))).toBe('7-8 9 10');
  });

  it('shows what the server says is missing, and goes on behind it', () => {
    const topic = follow();
    expect(topic.take(subscribed(0), message(1), gap(2, 4), message(5))).toBe('s0 1 2-4 5');
    expect(topic.take(gap(6, 9))).toBe('6-9');
    expect(topic.position()).toEqual(['e', 9]);
  });

  it('shows the gap when the server has not kept everything', () => {
    const topic = follow();
    topic.take(subscribed(4), message(5));
    expect(topic.take(subscribed(9), message(10))).toBe('s9 6-9 10');
    expect(topic.take(subscribed(10))).toBe('');
  });

  it('shows a gap of unknown size when the stream itself was lost', () => {
    const topic = follow();
    topic.take(subscribed(4), message(5));
    expect(topic.take(subscribed(1, false, 'new'), message(2))).toBe('s1 6-0 2');
    expect(topic.position()).toEqual(['new', 2]);
  });

  it('does not hold on to a position that the stream has not reached', () => {
    const topic = follow({ epoch: 'e', offset: 6 });
    expect(topic.take(subscribed(5), message(6))).toBe('s5 6');
  });

  it('leaves out what its own session sent to the others, and its position moves on', () => {
    const topic = follow();
    expect(topic.take(subscribed(0), message(1, 'me'), message(2, 'you'), message(3))).toBe('s0 2 3');
    topic.take(message(4, 'me'));
    expect(topic.position()).toEqual(['e', 4]);
  });
});

describe('the options of a subscription', () => {
  it('last: older messages come first, and are asked for again if none has come, with all that follow', () => {
    const topic = follow({ last: 3 });
    expect(topic.take(subscribed(9))).toBe('s9');
    expect(topic.request()).toEqual({ topic: 't', last: 0, epoch: 'e', offset: 6 });
    const missed = [7, 8, 9, 10, 11, 12, 13].map((offset) => message(offset));
    expect(topic.take(subscribed(13, true), ...missed)).toBe('7 8 9 10 11 12 13');
    expect(topic.request()).toEqual({ topic: 't', last: 0, epoch: 'e', offset: 13 });
  });

  it('last: fewer than were asked for are no gap; what is lost before the first one is', () => {
    expect(follow({ last: 3 }).take(subscribed(9), message(9), message(10))).toBe('s9 9 10');
    const empty = follow({ last: 3 });
    empty.take(subscribed(0));
    expect(empty.take(subscribed(20), message(21))).toBe('s20 1-20 21');
    const other = follow({ last: 3 });
    other.take(subscribed(9));
    expect(other.take(subscribed(2, false, 'new'), message(3))).toBe('s2 7-0 3');
  });

  it('latest: the newest is asked for again if it has not come', () => {
    const topic = follow({ delivery: Delivery.LATEST });
    topic.take(subscribed(9));
    expect(topic.position()).toEqual(['e', 8]);
    expect(topic.take(subscribed(9, true), message(9))).toBe('9');
  });

  it('at most once: nothing is asked for again, and no gap is shown', () => {
    const topic = follow({ delivery: Delivery.AT_MOST_ONCE });
    expect(topic.take(subscribed(0), message(1), message(5))).toBe('s0 1 5');
    expect(topic.request()).toEqual({ topic: 't', delivery: Delivery.AT_MOST_ONCE });
    expect(topic.take(subscribed(9), message(10))).toBe('10');
  });

  it('latest: what lies between does not matter, the same message does not come twice', () => {
    const topic = follow({ delivery: Delivery.LATEST });
    expect(topic.take(subscribed(9), message(9), message(12))).toBe('s9 9 12');
    expect(topic.take(subscribed(12), message(12), message(20))).toBe('20');
  });
});
