import { Buffer } from 'node:buffer';
import type { PublishRequest } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../config/defaults.js';
import { Topics } from '../../services/topics/topics.js';
import { batch, frameOf, get, stageOf, turn } from './kv-session.cases.js';

const subscribe = (topic: string) => frameOf({ reqData: { $case: 'subscribe', value: { topic } } });
const unsubscribe = (topic: string, id: number) => frameOf({ reqData: { $case: 'unsubscribe', value: { topic, id } } });
const publish = (topic: string, value: string) =>
  frameOf({ reqData: { $case: 'publish', value: { topic, value: Buffer.from(value) } } });

function stage(publishSubscribe = true) {
  let topics: Topics | undefined;
  // The hub is made by the stage, and the service needs it.
  const made = stageOf(
    {
      get: () => ({ found: false }),
      publish: (request) => (topics as Topics).publish(request),
      subscribe: (request, { peer }) => (topics as Topics).subscribeKv(request, peer.sessionId),
    },
    { publishSubscribe },
  );
  topics = new Topics({
    hub: made.hub,
    clock: made.host.clock,
    config: defaultConfig.topics,
    maxReplayBytes: 1_000_000,
  });
  return { ...made, topics };
}

/** Groups of a topic that exist, as the service counts receivers. */
const receivers = (topics: Topics, topic: string) =>
  topics.publish({ topic, payload: new Uint8Array(0) } as PublishRequest).receivers;

describe('publish and subscribe', () => {
  it('is off unless the switch says so', () => {
    const { session, connection } = stage(false);
    session.onBytes(batch(subscribe('t'), publish('t', 'x'), unsubscribe('t', 1)));
    expect(connection.takeReplies()).toEqual(Array(3).fill('400 Invalid Command'));
  });

  it('answers a subscription with its id and pushes topic and value', () => {
    const { session, connection, connect } = stage();
    session.onBytes(batch(subscribe('t'), subscribe('u')));
    expect(connection.takeReplies()).toEqual(['200 success 1', '200 success 2']);
    const other = connect();
    other.session.onBytes(batch(publish('t', 'hello'), publish('nobody', 'x'), publish('u', '')));
    expect(other.connection.takeReplies()).toEqual(['200 success', '200 success', '200 success']);
    expect(connection.takeReplies()).toEqual(['200 t hello', '200 u']);
  });

  it('gives every subscriber the same bytes, once', () => {
    const { session, connect } = stage();
    const others = [connect(), connect()];
    for (const other of others) other.session.onBytes(batch(subscribe('t'), subscribe('t')));
    for (const other of others) expect(other.connection.takeReplies()).toEqual(['200 success 1', '200 success 1']);
    session.onBytes(publish('t', 'once'));
    for (const other of others) expect(other.connection.takeReplies()).toEqual(['200 t once']);
  });

  it('a publisher that is subscribed gets its own message, in one write with the reply', () => {
    const { session, connection } = stage();
    session.onBytes(batch(subscribe('t'), publish('t', 'x'), get('a')));
    expect(connection.writes).toHaveLength(1);
    expect(connection.takeReplies()).toEqual(['200 success 1', '200 t x', '200 success', '400 None value']);
  });

  it('ends with unsubscribe; ids are those of the connection', () => {
    const { session, connection, connect, topics } = stage();
    session.onBytes(batch(subscribe('t'), subscribe('u')));
    const other = connect();
    other.session.onBytes(unsubscribe('t', 1));
    expect(other.connection.takeReplies()).toEqual(['400 this connection has no subscription 1 of that topic']);
    session.onBytes(batch(unsubscribe('t', 2), unsubscribe('t', 1)));
    expect(connection.takeReplies().slice(2)).toEqual([
      '400 this connection has no subscription 2 of that topic',
      '200 success',
    ]);
    expect([receivers(topics, 't'), receivers(topics, 'u')]).toEqual([0, 1]);
    expect(connection.takeReplies()).toEqual(['200 u']);
    session.onBytes(subscribe('v'));
    expect(connection.takeReplies()).toEqual(['200 success 1']);
  });

  it('ends with the connection', () => {
    const { session, topics } = stage();
    session.onBytes(subscribe('t'));
    expect(receivers(topics, 't')).toBe(1);
    session.onClose(1006, '');
    expect(receivers(topics, 't')).toBe(0);
  });

  it('listens to a topic only while somebody is subscribed', () => {
    const { session, hub, connect } = stage();
    const { tap } = hub;
    let taps = 0;
    hub.tap = (fanoutId, onItem) => {
      const untap = tap.call(hub, fanoutId, onItem);
      taps++;
      return () => {
        taps--;
        untap();
      };
    };
    const other = connect();
    session.onBytes(subscribe('t'));
    other.session.onBytes(subscribe('t'));
    expect(taps).toBe(1);
    session.onBytes(unsubscribe('t', 1));
    expect(taps).toBe(1);
    other.session.onClose(1006, '');
    expect(taps).toBe(0);
  });

  it('gives back a subscription that is granted after the connection ended', async () => {
    const { session, topics, registry } = stage();
    registry.use({ onReceive: () => turn() });
    session.onBytes(subscribe('t'));
    session.onClose(1006, '');
    await turn();
    await turn();
    expect(receivers(topics, 't')).toBe(0);
  });

  it('refuses an empty topic with the text of the service, and more than 255 subscriptions', () => {
    const { session, connection } = stage();
    session.onBytes(batch(publish('', 'x'), ...Array.from({ length: 256 }, (_, index) => subscribe(`t${index}`))));
    const replies = connection.takeReplies();
    expect(replies[0]).toMatch(/^400 .*topic/);
    expect(replies[255]).toBe('200 success 255');
    expect(replies[256]).toMatch(/^500 this connection has 255 subscriptions/);
  });

  it('closes a subscriber that a message cannot be sent to', () => {
    const { session, connection, topics } = stage();
    session.onBytes(subscribe('t'));
    connection.takeReplies();
    // Another wire may have room for it.
    topics.publish({ topic: 't', payload: new Uint8Array(8_388_608) } as PublishRequest);
    expect(connection.writes).toEqual([]);
    expect(connection.closes).toEqual([{ code: 3534, reason: expect.stringContaining('8388') }]);
  });
});
