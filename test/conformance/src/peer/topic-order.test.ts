import { fromJson, type JsonObject } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { messageDesc, registry } from '../schema/registry.js';
import { TopicOrder } from './topic-order.js';

const desc = messageDesc('polywire.io.v1.SubscribeResponse');
const event = (json: JsonObject) => fromJson(desc, json, { registry });
const subscribed = (offset: number, recovered = false) => event({ subscribed: { offset: String(offset), recovered } });
const message = (offset: number) => event({ message: { offset: String(offset) } });
const gap = (from: number, to: number) => event({ gap: { fromOffset: String(from), toOffset: String(to) } });
const from = (offset: number) => ({ topic: 't', epoch: 'e', offset: String(offset) });

function faultOf(request: object, ...events: object[]): string {
  const order = new TopicOrder(request as never);
  try {
    for (const event of events) order.push(event as never);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('TopicOrder', () => {
  it.each([
    ['messages in order', {}, [subscribed(4), message(5), message(6)]],
    ['a replay', from(2), [subscribed(4, true), message(3), message(4), message(5)]],
    ['a new beginning', from(2), [subscribed(9, false), message(10)]],
    ['a loss that is told', {}, [subscribed(0), message(1), gap(2, 5), message(6)]],
  ])('takes %s', (_, request, events) => {
    expect(faultOf(request, ...events)).toBe('');
  });

  it.each([
    ['a hole', {}, [subscribed(4), message(6)], /has offset 6, but 5 is next: messages are missing/],
    ['a hole in the replay', from(2), [subscribed(4, true), message(4)], /has offset 4, but 3 is next/],
    ['a message twice', {}, [subscribed(4), message(5), message(5)], /has offset 5, but 6 is next: it came before/],
    ['a Gap that says too little', {}, [subscribed(0), message(1), gap(3, 4)], /a Gap has offset 3, but 2 is next/],
    ['a message before the subscription', {}, [message(1)], /a message came before the subscription stood/],
  ])('finds %s', (_, request, events, text) => {
    expect(faultOf(request, ...events)).toMatch(text);
  });

  it.each([
    [{ topic: 'a.b' }, true],
    [{ topic: 'a.*' }, false],
    [{ topic: 'a.**' }, false],
    [{ topic: 'a', filter: { x: 'y' } }, false],
    [{ topic: 'a', filter: {} }, true],
    [{ topic: 'a', delivery: 'DELIVERY_LATEST' }, false],
    [{ topic: 'a', last: 5 }, false],
  ])('applies to %j: %s', (request, applies) => {
    expect(TopicOrder.appliesTo(request)).toBe(applies);
  });
});
