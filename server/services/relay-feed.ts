import type { Buffer } from 'node:buffer';
import type { RelayStats } from '@polywire/protocol/polywire.admin.v1';
import { matchesRedisPattern } from '../bus/redis-pattern.js';
import type { RedisState } from '../bus/redis-subscriber.js';

/** A message of Redis that is forwarded. */
export interface RelayMessage {
  readonly channel: string;
  /** As it came, never parsed. Does not change. */
  readonly payload: Uint8Array;
  /** Unix milliseconds; the same for every receiver. */
  readonly forwardedAtMs: number;
}

/** Who forwards. Neither method may throw. */
export interface RelayReceiver {
  onMessage(message: RelayMessage): void;
  /** Redis was lost, or is back. */
  onState?(state: RedisState): void;
}

/** What keeps the feed's subscriptions standing. */
export interface RelaySource {
  readonly state: RedisState;
  close(): void;
}

export interface RelayFeedOptions {
  readonly channels: readonly string[];
  readonly patterns: readonly string[];
  /** Largest payload to forward. */
  readonly maxMessageBytes: number;
  now(): number;
}

/** Counters since the start: plain fields, to be added to with `++`. */
export type RelayCounters = Omit<RelayStats, 'redis'>;

/**
 * Messages of Redis channels on their way to everyone who forwards them. A message that several
 * subscriptions select comes once. What nobody forwards is dropped: there is no history.
 */
export class RelayFeed {
  readonly counters: RelayCounters = {
    interruptions: 0,
    received: 0,
    tooLarge: 0,
    notUtf8: 0,
    skipped: 0,
    slowClients: 0,
    refused: 0,
  };
  readonly patterns: readonly string[];
  readonly #channels: ReadonlySet<string>;
  readonly #options: RelayFeedOptions;
  readonly #receivers = new Set<RelayReceiver>();
  #source: RelaySource | undefined;

  constructor(options: RelayFeedOptions) {
    this.#options = options;
    this.#channels = new Set(options.channels);
    this.patterns = [...new Set(options.patterns)];
  }

  /** The channels that are forwarded by name. */
  get channels(): readonly string[] {
    return [...this.#channels];
  }

  /** `subscribed`, or why nothing comes. */
  get state(): RedisState {
    return this.#source?.state ?? 'connecting';
  }

  /** Whether messages of a channel are forwarded. */
  forwards(channel: string): boolean {
    return this.#channels.has(channel) || this.patterns.some((pattern) => matchesRedisPattern(pattern, channel));
  }

  /** Says where messages come from. To be called once. */
  use(source: RelaySource): void {
    this.#source = source;
  }

  /** @returns what ends it */
  forwardTo(receiver: RelayReceiver): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }

  /** A message came. @param pattern see RedisSubscriptionOptions.onMessage */
  receive(channelBytes: Buffer, payload: Uint8Array, pattern: string | undefined): void {
    const channel = channelBytes.toString();
    if (pattern !== undefined && this.#comesOtherwise(channel, pattern)) return;
    this.counters.received++;
    if (payload.length > this.#options.maxMessageBytes) {
      this.counters.tooLarge++;
      return;
    }
    if (this.#receivers.size === 0) return;
    const message = { channel, payload, forwardedAtMs: this.#options.now() };
    for (const receiver of this.#receivers) receiver.onMessage(message);
  }

  /** Unix milliseconds. */
  now(): number {
    return this.#options.now();
  }

  /** The state of the source has changed. */
  noteState(state: RedisState): void {
    if (state === 'reconnecting') this.counters.interruptions++;
    for (const receiver of this.#receivers) receiver.onState?.(state);
  }

  /** Redis sends a message once for each subscription that selects it: the first of them counts. */
  #comesOtherwise(channel: string, pattern: string): boolean {
    if (this.#channels.has(channel)) return true;
    return this.patterns.find((earlier) => matchesRedisPattern(earlier, channel)) !== pattern;
  }

  stats(): RelayStats {
    return { redis: this.state, ...this.counters };
  }

  close(): void {
    this.#source?.close();
    this.#receivers.clear();
  }
}
