import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, type Deadline, Deadlines, PolywireError } from '@polywire/sdk/core';
import type { FanoutHub } from '../../bus/fanout-hub.js';
import { FilterIndex, type Tags } from './tag-filter.js';
import { TopicHistory, type TopicHistoryLimits } from './topic-history.js';
import { PatternTree } from './topic-pattern.js';
import { TopicStream } from './topic-stream.js';

export interface StreamTableOptions {
  readonly hub: FanoutHub;
  readonly clock: Clock;
  readonly limits: TopicHistoryLimits;
  /** Streams that are known at once. */
  readonly maxStreams: number;
}

/** A topic's own stream is moved to the end of the line of those to be forgotten no more often than this. */
const TOUCH_MS = 1_000;

interface Topic {
  readonly stream: TopicStream;
  /** The patterns that the topic matches, as they were at that version of the tree. */
  matches: readonly FilterIndex<TopicStream>[];
  version: number;
}

/**
 * Finds streams: one of each topic, one of each pattern and filter that somebody subscribed to. The
 * latter are forgotten when their last subscriber has been away for as long as messages are kept,
 * the former when there are too many.
 */
export class StreamTable {
  readonly #options: StreamTableOptions;
  readonly #history: TopicHistory;
  readonly #deadlines: Deadlines;
  /** In the order of their last use. */
  readonly #topics = new Map<string, Topic>();
  readonly #tree = new PatternTree<FilterIndex<TopicStream>>();
  /** Streams of patterns and filters that nobody is subscribed to, the longest idle first. */
  readonly #idle = new Map<TopicStream, Deadline>();
  readonly #found: TopicStream[] = [];
  #selections = 0;

  constructor(options: StreamTableOptions) {
    this.#options = options;
    this.#history = new TopicHistory(options.clock, options.limits);
    this.#deadlines = new Deadlines(options.clock);
  }

  get size(): number {
    return this.#topics.size + this.#selections;
  }

  /** Bytes that the histories hold. */
  get keptBytes(): number {
    return this.#history.byteCount;
  }

  /** @throws PolywireError RESOURCE_EXHAUSTED when it is new and all others have subscribers */
  topic(name: string): TopicStream {
    return this.#topic(name).stream;
  }

  /** The stream of a pattern or of a filter. Call `release` when its subscriber has gone. Throws as `topic`. */
  selection(pattern: string, filter: Tags): TopicStream {
    let index = this.#tree.get(pattern);
    const known = index?.get(filter);
    if (known !== undefined) {
      const deadline = this.#idle.get(known);
      if (deadline !== undefined) this.#deadlines.drop(deadline);
      this.#idle.delete(known);
      return known;
    }
    this.#makeRoom();
    const stream = this.#open(pattern, filter);
    // Making room may have removed the index.
    index = this.#tree.get(pattern);
    if (index === undefined) {
      index = new FilterIndex();
      this.#tree.set(pattern, index);
    }
    index.set(filter, stream);
    this.#selections++;
    return stream;
  }

  /** A subscriber has gone. */
  release(stream: TopicStream): void {
    if (!stream.isIdle || stream.filter === undefined || this.#idle.has(stream)) return;
    const { maxAgeMs } = this.#options.limits;
    const deadline = this.#deadlines.set(maxAgeMs, () => this.#forgetSelection(stream));
    this.#idle.set(stream, deadline);
  }

  /** Every stream that a message belongs to, the topic's own first. Valid until the next call. */
  streamsOf(name: string, tags: Tags): readonly TopicStream[] {
    const topic = this.#topic(name);
    if (topic.version !== this.#tree.version) {
      topic.matches = this.#tree.match(name);
      topic.version = this.#tree.version;
    }
    this.#found.length = 0;
    this.#found.push(topic.stream);
    for (const index of topic.matches) index.match(tags, this.#found);
    return this.#found;
  }

  close(): void {
    this.#history.close();
    this.#deadlines.clear();
  }

  #topic(name: string): Topic {
    const nowMs = this.#options.clock.now();
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      this.#makeRoom();
      topic = { stream: this.#open(name, undefined), matches: [], version: -1 };
      this.#topics.set(name, topic);
      topic.stream.usedAtMs = nowMs;
    } else if (nowMs - topic.stream.usedAtMs >= TOUCH_MS) {
      this.#topics.delete(name);
      this.#topics.set(name, topic);
      topic.stream.usedAtMs = nowMs;
    }
    return topic;
  }

  #open(name: string, filter: Tags | undefined): TopicStream {
    return new TopicStream(name, filter, this.#options.hub, this.#history);
  }

  #makeRoom(): void {
    const { maxStreams } = this.#options;
    if (this.size < maxStreams) return;
    let left = Math.ceil(maxStreams / 10);
    for (const stream of this.#idle.keys()) {
      if (left === 0) return;
      this.#forgetSelection(stream);
      left--;
    }
    for (const [name, { stream }] of this.#topics) {
      if (left === 0) return;
      if (!stream.isIdle) continue;
      this.#topics.delete(name);
      stream.history.clear();
      left--;
    }
    if (this.size < maxStreams) return;
    throw new PolywireError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `${maxStreams} topics and patterns have subscribers already (topics.max_topics)`,
      { details: { limit: String(maxStreams) } },
    );
  }

  #forgetSelection(stream: TopicStream): void {
    const deadline = this.#idle.get(stream);
    if (deadline !== undefined) this.#deadlines.drop(deadline);
    this.#idle.delete(stream);
    const { filter } = stream;
    const index = filter === undefined ? undefined : this.#tree.get(stream.name);
    if (filter === undefined || index === undefined) return;
    index.delete(filter);
    if (index.size === 0) this.#tree.delete(stream.name);
    stream.history.clear();
    this.#selections--;
  }
}
