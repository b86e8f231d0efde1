import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Delivery, type SubscribeResponseInit as IoItem } from '@polywire/protocol/polywire.io.v1';
import type { SubscribeResponseInit as KvItem } from '@polywire/protocol/polywire.kv.v1';
import type { Fanout } from '@polywire/protocol/wire';
import { type Clock, PolywireError } from '@polywire/sdk/core';
import type { FanoutHub } from '../../bus/fanout-hub.js';
import type { TopicsConfig } from '../../config/server-config.js';
import { LatestReader } from './latest-reader.js';
import { SessionStreams } from './session-streams.js';
import { StreamTable } from './stream-table.js';
import type { Tags } from './tag-filter.js';
import type { KeptMessage, PublishedMessage } from './topic-history.js';
import { isPattern } from './topic-pattern.js';
import { ioItem, kvItem, type StreamForm, type TopicStream } from './topic-stream.js';

export interface TopicsOptions {
  readonly hub: FanoutHub;
  readonly clock: Clock;
  readonly config: TopicsConfig;
  /** What one subscriber may be sent at once when it comes back. */
  readonly maxReplayBytes: number;
}

/** What is published. The payload is borrowed. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly tags?: Tags;
  /** Session whose own subscriptions leave it out. */
  readonly exceptSessionId?: string;
}

export interface Published {
  readonly epoch: string;
  readonly offset: number;
  /** Subscriptions that it was handed to. */
  readonly receivers: number;
}

/** What somebody subscribes to, and from where on. */
export interface TopicSelection {
  readonly topic: string;
  readonly epoch: string;
  readonly offset: number;
  readonly filter?: Tags;
  readonly last?: number;
  readonly delivery?: Delivery;
}

const NO_TAGS: Tags = new Map();
/** What a message counts for beside its bytes. */
const MESSAGE_OVERHEAD_BYTES = 200;
const MAX_FILTER_BYTES = 4_096;
/** What a subscriber is told of a message beside its texts and its payload takes less. */
const ITEM_ROOM_BYTES = 512;
/** The longest a UTF-16 unit gets. */
const BYTES_PER_CHARACTER = 3;

/**
 * Topics of this process, one space of names for all services. A message goes to those who are subscribed
 * when it is published, and is kept for those who come back.
 */
export class Topics {
  readonly #options: TopicsOptions;
  readonly #streams: StreamTable;
  readonly #sessions = new SessionStreams();

  constructor(options: TopicsOptions) {
    const { hub, clock, config } = options;
    this.#options = options;
    this.#streams = new StreamTable({
      hub,
      clock,
      limits: {
        maxMessages: config.historyMessages,
        maxBytes: config.historyBytes,
        maxAgeMs: config.historyAgeMs,
        maxTotalBytes: config.totalBytes,
      },
      maxStreams: config.maxTopics,
    });
  }

  /**
   * @throws PolywireError RESOURCE_EXHAUSTED when there are too many topics with subscribers, PACKET_TOO_LARGE
   * when no subscriber could be sent the message
   */
  publish(publication: Publication): Published {
    const { topic, tags = NO_TAGS, exceptSessionId = '' } = publication;
    this.#checkSize(publication.payload.length + (topic.length + bytesOf(tags)) * BYTES_PER_CHARACTER);
    const streams = this.#streams.streamsOf(topic, tags);
    const [own] = streams as [TopicStream];
    const payload = new Uint8Array(publication.payload);
    const message: PublishedMessage = {
      topic,
      payload,
      tags,
      exceptSessionId,
      publishedAtMs: this.#options.clock.now(),
      byteCount: payload.length + topic.length + bytesOf(tags) + MESSAGE_OVERHEAD_BYTES,
    };
    let receivers = 0;
    for (const stream of streams) {
      receivers += stream.publish(message);
      if (exceptSessionId !== '') receivers -= this.#sessions.count(exceptSessionId, stream);
    }
    return { epoch: own.epoch, offset: own.offset, receivers };
  }

  /** A subscription of KvService: one topic, whatever its name looks like. Throws as `publish`. */
  subscribeKv(selection: TopicSelection, sessionId: string): Fanout<KvItem> {
    const onJoin = (stream: TopicStream): (() => void) => this.#sessions.add(sessionId, stream);
    return this.#subscribe(this.#streams.topic(selection.topic), 'kv', selection, kvItem, onJoin);
  }

  /**
   * A subscription of IoService.
   * @param onJoin called when it stands; returns what is called when it ends
   * @throws PolywireError INVALID_ARGUMENT for a bad pattern, RESOURCE_EXHAUSTED as `publish`
   */
  subscribe(
    selection: TopicSelection,
    sessionId: string,
    onJoin: (() => () => void) | undefined,
  ): Fanout<IoItem> | AsyncIterable<IoItem> {
    const { topic, filter = NO_TAGS } = selection;
    checkFilter(filter);
    const isTopic = filter.size === 0 && !isPattern(topic);
    const find = (): TopicStream => (isTopic ? this.#streams.topic(topic) : this.#streams.selection(topic, filter));
    const join = (stream: TopicStream): (() => void) => {
      const forget = this.#sessions.add(sessionId, stream);
      const leave = onJoin?.();
      return () => {
        forget();
        leave?.();
      };
    };
    if (selection.delivery === Delivery.LATEST) {
      // It fails now, not when it is read.
      this.#streams.release(find());
      return this.#readLatest(find, selection, sessionId, join);
    }
    return this.#subscribe(find(), 'io', selection, ioItem, join);
  }

  /** Now, and not when it is sent: it would have an offset then, and some of those who subscribe would have it. */
  #checkSize(byteCount: number): void {
    const { maxPayloadBytes, maxMessageBytes } = this.#options.hub.limits;
    const limit = Math.max(maxPayloadBytes, maxMessageBytes) - ITEM_ROOM_BYTES;
    if (byteCount <= limit) return;
    throw new PolywireError(
      ErrorCode.PACKET_TOO_LARGE,
      `the message has up to ${byteCount} bytes; ${limit} is the most that subscribers can be sent (limits.max_message_bytes)`,
      { details: { limit: String(limit) } },
    );
  }

  stats(): { readonly topics: number; readonly keptBytes: number } {
    return { topics: this.#streams.size, keptBytes: this.#streams.keptBytes };
  }

  close(): void {
    this.#streams.close();
  }

  /** @param onJoin called when the subscription stands; returns what is called when it ends */
  #subscribe<Item>(
    stream: TopicStream,
    form: StreamForm,
    selection: TopicSelection,
    toItem: (kept: KeptMessage) => Item | IoItem,
    onJoin: (stream: TopicStream) => () => void,
  ): Fanout<Item> {
    const group = stream.hold(form);
    let leave: (() => void) | undefined;
    return {
      fanoutId: group.id,
      first: () => {
        group.members++;
        leave = onJoin(stream);
        const { replay, recovered } = this.#replay(stream, selection);
        const subscribed = { event: { $case: 'subscribed', value: positionOf(stream, recovered) } };
        return [subscribed, ...replay.map(toItem)] as Item[];
      },
      onEnd: () => {
        if (leave !== undefined) {
          group.members--;
          leave();
        }
        stream.release(form);
        this.#streams.release(stream);
      },
    };
  }

  #replay(stream: TopicStream, selection: TopicSelection): { replay: KeptMessage[]; recovered: boolean } {
    const { epoch, offset, last = 0, delivery } = selection;
    const { maxReplayBytes } = this.#options;
    if (delivery === Delivery.AT_MOST_ONCE) return { replay: [], recovered: false };
    if (epoch === '') return { replay: stream.history.newest(last, maxReplayBytes), recovered: false };
    const isOfStream = epoch === stream.epoch && offset <= stream.offset;
    const missed = isOfStream ? stream.history.since(offset, stream.offset, maxReplayBytes) : undefined;
    return { replay: missed ?? [], recovered: missed !== undefined };
  }

  #readLatest(
    find: () => TopicStream,
    { epoch, offset }: TopicSelection,
    sessionId: string,
    onJoin: (stream: TopicStream) => () => void,
  ): AsyncIterable<IoItem> {
    let stream: TopicStream;
    let leave: () => void;
    return new LatestReader<IoItem>(
      (reader) => {
        stream = find();
        stream.latest.set(reader, sessionId);
        leave = onJoin(stream);
        const isNews = epoch !== stream.epoch || offset !== stream.offset;
        const newest = isNews ? stream.history.newest(1, this.#options.maxReplayBytes) : [];
        return [{ event: { $case: 'subscribed', value: positionOf(stream, true) } }, ...newest.map(ioItem)];
      },
      (reader) => {
        stream.latest.delete(reader);
        leave();
        this.#streams.release(stream);
      },
    );
  }
}

function positionOf(stream: TopicStream, recovered: boolean) {
  return { epoch: stream.epoch, offset: stream.offset, recovered };
}

function bytesOf(tags: Tags): number {
  let count = 0;
  for (const [name, value] of tags) count += name.length + value.length;
  return count;
}

function checkFilter(filter: Tags): void {
  const byteCount = bytesOf(filter);
  if (byteCount <= MAX_FILTER_BYTES) return;
  throw new PolywireError(
    ErrorCode.INVALID_ARGUMENT,
    `the names and values of the filter have ${byteCount} characters; ${MAX_FILTER_BYTES} is the most`,
    { details: { field: 'filter', limit: String(MAX_FILTER_BYTES) } },
  );
}

/** @throws PolywireError INVALID_ARGUMENT for a pattern */
export function checkTopicName(topic: string): void {
  if (!isPattern(topic)) return;
  throw new PolywireError(
    ErrorCode.INVALID_ARGUMENT,
    `"${topic}" is a pattern; what is published and who is present is of one topic, without a segment * or **`,
    { details: { field: 'topic' } },
  );
}
