import { TailNotice, type TailResponseInit } from '@polywire/protocol/polywire.relay.v1';
import type { CallContext, Fanout } from '@polywire/protocol/wire';
import { expect, it } from 'vitest';
import { FanoutHub } from '../bus/fanout-hub.js';
import type { RelayFeed } from './relay-feed.js';
import { RelayTails } from './relay-tail.js';
import type { SecretText } from './secret-text.js';

it('a tail begins with what is so when it joins, not when it was asked for', () => {
  const feed = {
    state: 'subscribed',
    patterns: [],
    channels: ['news'],
    forwards: () => true,
    forwardTo: () => () => {},
    now: () => 1,
  };
  const token = { is: () => true } as unknown as SecretText;
  const tails = new RelayTails(feed as unknown as RelayFeed, new FanoutHub(() => {}), token);
  const context = { peer: { sessionId: 's', clientId: '' } } as unknown as CallContext;
  const fanout = tails.handler.tail({ channels: ['news'] }, context) as Fanout<TailResponseInit>;
  feed.state = 'reconnecting';
  const first = typeof fanout.first === 'function' ? fanout.first() : fanout.first;
  expect(first.map(({ notice }) => notice)).toEqual([TailNotice.INTERRUPTED]);
});
