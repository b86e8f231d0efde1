import { randomUUID } from 'node:crypto';
import { type SubscribeResponseInit as IoItem, IoService } from '@polywire/protocol/polywire.io.v1';
import { type SubscribeResponseInit as KvItem, KvService } from '@polywire/protocol/polywire.kv.v1';
import type { MethodDescriptor } from '@polywire/protocol/wire';
import type { FanoutGroup, FanoutHub } from '../../bus/fanout-hub.js';
import type { LatestReader } from './latest-reader.js';
import type { Tags } from './tag-filter.js';
import type { KeptMessage, PublishedMessage, StreamHistory, TopicHistory } from './topic-history.js';

/** The services whose subscribers a stream has; each has items of its own. */
export type StreamForm = 'io' | 'kv';

/** Subscribers of one service: they receive the same bytes. */
interface Subscribers {
  readonly group: FanoutGroup;
  /** Subscriptions that stand or are about to. */
  holds: number;
}

/**
 * Messages with offsets that have no holes: those of a topic, or those that match a pattern and a
 * filter. The epoch names the stream: when it was forgotten, the next one has another.
 */
export class TopicStream {
  readonly epoch = randomUUID();
  readonly history: StreamHistory;
  /** Readers of the newest message only, with their sessions. */
  readonly latest = new Map<LatestReader<IoItem>, string>();
  /** Offset of the newest message; 0: none yet. */
  offset = 0;
  /** Unix milliseconds. */
  usedAtMs = 0;
  readonly #hub: FanoutHub;
  readonly #subscribers: { [form in StreamForm]: Subscribers | undefined } = { io: undefined, kv: undefined };

  /**
   * @param name of the topic, or the pattern
   * @param filter undefined: it is the topic's own stream
   */
  constructor(
    readonly name: string,
    readonly filter: Tags | undefined,
    hub: FanoutHub,
    history: TopicHistory,
  ) {
    this.#hub = hub;
    this.history = history.open();
  }

  /** Nobody is subscribed or about to be. */
  get isIdle(): boolean {
    return this.latest.size === 0 && this.#subscribers.io === undefined && this.#subscribers.kv === undefined;
  }

  /** @returns to how many subscriptions it was handed */
  publish(message: PublishedMessage): number {
    const offset = ++this.offset;
    this.history.append(offset, message);
    const { io, kv } = this.#subscribers;
    let receivers = this.latest.size;
    if (io !== undefined && io.group.members > 0) {
      io.group.publish(ioItem({ offset, message }));
      receivers += io.group.members;
    }
    if (kv !== undefined && kv.group.members > 0) {
      kv.group.publish(kvItem({ offset, message }));
      receivers += kv.group.members;
    }
    if (this.latest.size > 0) this.#offer({ offset, message });
    return receivers;
  }

  /** Keeps the group of a service's subscribers open, until `release`. */
  hold(form: StreamForm): FanoutGroup {
    const subscribers = this.#subscribers[form] ?? { group: this.#open(form), holds: 0 };
    this.#subscribers[form] = subscribers;
    subscribers.holds++;
    return subscribers.group;
  }

  release(form: StreamForm): void {
    const subscribers = this.#subscribers[form];
    if (subscribers === undefined || --subscribers.holds > 0) return;
    subscribers.group.close();
    this.#subscribers[form] = undefined;
  }

  #open(form: StreamForm): FanoutGroup {
    return form === 'io'
      ? this.#hub.open(IoService, IoService.methods.subscribe as MethodDescriptor)
      : this.#hub.open(KvService, KvService.methods.subscribe as MethodDescriptor);
  }

  #offer(kept: KeptMessage): void {
    const item = ioItem(kept);
    const { exceptSessionId } = kept.message;
    for (const [reader, sessionId] of this.latest) if (sessionId !== exceptSessionId) reader.offer(item);
  }
}

export function ioItem({ offset, message }: KeptMessage): IoItem {
  const { topic, payload, tags, exceptSessionId, publishedAtMs } = message;
  // The codec reads the tags, it does not change them.
  const value = { topic, offset, payload, tags: tags as Map<string, string>, exceptSessionId, publishedAtMs };
  return { event: { $case: 'message', value } };
}

export function kvItem({ offset, message }: KeptMessage): KvItem {
  const { topic, payload, exceptSessionId } = message;
  return { event: { $case: 'message', value: { topic, offset, payload, exceptSessionId } } };
}
