import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  RelayService,
  type RelayServiceHandler,
  TailNotice,
  type TailRequest,
  type TailResponseInit,
} from '@polywire/protocol/polywire.relay.v1';
import type { Fanout, MethodDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import type { FanoutGroup, FanoutHub } from '../bus/fanout-hub.js';
import { matchesRedisPattern } from '../bus/redis-pattern.js';
import { sessionOf } from '../sessions/session.js';
import type { RelayFeed } from './relay-feed.js';
import type { SecretText } from './secret-text.js';

interface Tail {
  readonly group: FanoutGroup;
  stop(): void;
}

/** The relay for sessions that make calls. Tails of the same channels share a group. */
export class RelayTails {
  readonly #feed: RelayFeed;
  readonly #hub: FanoutHub;
  readonly #token: SecretText;
  readonly #tails = new Map<string, Tail>();

  constructor(feed: RelayFeed, hub: FanoutHub, token: SecretText) {
    this.#feed = feed;
    this.#hub = hub;
    this.#token = token;
  }

  readonly handler: RelayServiceHandler = {
    tail: (request, context) => {
      const { permissions, token = '' } = sessionOf(context);
      // With auth the token of Hello is the server's, and what it permits was checked before.
      if (permissions === undefined && !this.#token.is(token)) {
        throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'the relay wants its token; connect with it');
      }
      return this.#tail(request);
    },
  };

  #tail(request: TailRequest): Fanout<TailResponseInit> {
    const names = [...new Set(request.channels)].sort();
    for (const name of names) this.#check(name);
    const key = JSON.stringify(names);
    const tail = this.#tails.get(key) ?? this.#open(key, names);
    tail.group.members++;
    return {
      first: () => [this.#notice(this.#feed.state === 'subscribed')],
      fanoutId: tail.group.id,
      onEnd: () => {
        tail.group.members--;
        if (tail.group.members > 0) return;
        tail.stop();
        tail.group.close();
        this.#tails.delete(key);
      },
    };
  }

  #check(name: string): void {
    if (this.#feed.patterns.includes(name) || this.#feed.forwards(name)) return;
    const known = [...this.#feed.channels, ...this.#feed.patterns].join(', ');
    throw new PolywireError(ErrorCode.NOT_FOUND, `the channel ${name} is not forwarded; these are: ${known}`);
  }

  #open(key: string, names: readonly string[]): Tail {
    const group = this.#hub.open(RelayService, RelayService.methods.tail as MethodDescriptor);
    const patterns = names.filter((name) => this.#feed.patterns.includes(name));
    const channels = new Set(names);
    const stop = this.#feed.forwardTo({
      onMessage: (message) => {
        const { channel } = message;
        if (!channels.has(channel) && !patterns.some((pattern) => matchesRedisPattern(pattern, channel))) return;
        group.publish({ ...message, notice: TailNotice.UNSPECIFIED });
      },
      onState: (state) => group.publish(this.#notice(state === 'subscribed')),
    });
    const tail = { group, stop };
    this.#tails.set(key, tail);
    return tail;
  }

  #notice(subscribed: boolean): TailResponseInit {
    return {
      notice: subscribed ? TailNotice.SUBSCRIBED : TailNotice.INTERRUPTED,
      forwardedAtMs: this.#feed.now(),
    };
  }
}
