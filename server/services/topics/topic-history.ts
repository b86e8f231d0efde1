import type { Clock, Timer } from '@polywire/sdk/core';
import type { Tags } from './tag-filter.js';

/** A message as it was published. It owns its bytes and never changes. */
export interface PublishedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly tags: Tags;
  /** Session of a sender that does not want its own message; empty: none. */
  readonly exceptSessionId: string;
  /** Unix milliseconds. */
  readonly publishedAtMs: number;
  /** What it counts for in the bounds of a history. */
  readonly byteCount: number;
}

/** A message at its place in one stream. */
export interface KeptMessage {
  readonly offset: number;
  readonly message: PublishedMessage;
}

export interface TopicHistoryLimits {
  /** Messages of one stream. */
  readonly maxMessages: number;
  /** Bytes of one stream. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** Bytes of all streams together. */
  readonly maxTotalBytes: number;
}

/** A link of the chain of everything that is kept, oldest first. */
interface Kept extends KeptMessage {
  readonly owner: StreamHistory;
  older: Kept | undefined;
  newer: Kept | undefined;
}

/**
 * The newest messages of every stream, within the limits. All of them are in one chain in the order of
 * time, so that age and the sum of bytes are kept without looking at every stream.
 */
export class TopicHistory {
  readonly #clock: Clock;
  readonly limits: TopicHistoryLimits;
  #oldest: Kept | undefined;
  #newest: Kept | undefined;
  #timer: Timer | undefined;
  byteCount = 0;

  constructor(clock: Clock, limits: TopicHistoryLimits) {
    this.#clock = clock;
    this.limits = limits;
  }

  /** A history for one stream. */
  open(): StreamHistory {
    return new StreamHistory(this);
  }

  /** For StreamHistory. */
  append(owner: StreamHistory, offset: number, message: PublishedMessage): Kept {
    const kept: Kept = { owner, offset, message, older: this.#newest, newer: undefined };
    if (this.#newest === undefined) this.#oldest = kept;
    else this.#newest.newer = kept;
    this.#newest = kept;
    this.byteCount += message.byteCount;
    this.#timer ??= this.#clock.setTimer(this.limits.maxAgeMs, this.#onTimer);
    return kept;
  }

  /** For StreamHistory: it has let go of this one. */
  remove(kept: Kept): void {
    const { older, newer } = kept;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    this.byteCount -= kept.message.byteCount;
  }

  /** Lets go of what is too old or too much. */
  trim(): void {
    const bornBeforeMs = this.#clock.now() - this.limits.maxAgeMs;
    for (let kept = this.#oldest; kept !== undefined; kept = this.#oldest) {
      if (kept.message.publishedAtMs > bornBeforeMs && this.byteCount <= this.limits.maxTotalBytes) return;
      // The oldest of all is the oldest of its stream.
      kept.owner.dropOldest();
    }
  }

  close(): void {
    this.#timer?.cancel();
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.trim();
    if (this.#oldest === undefined) return;
    const dueMs = this.#oldest.message.publishedAtMs + this.limits.maxAgeMs - this.#clock.now();
    this.#timer = this.#clock.setTimer(Math.max(1, dueMs), this.#onTimer);
  };
}

/** The newest messages of one stream, with no hole between them. */
export class StreamHistory {
  readonly #history: TopicHistory;
  /** From `#head` on; what is before is gone. */
  readonly #kept: (Kept | undefined)[] = [];
  #head = 0;
  #byteCount = 0;

  constructor(history: TopicHistory) {
    this.#history = history;
  }

  get size(): number {
    return this.#kept.length - this.#head;
  }

  append(offset: number, message: PublishedMessage): void {
    const { maxMessages, maxBytes, maxAgeMs } = this.#history.limits;
    if (maxMessages === 0 || maxAgeMs === 0) return;
    this.#kept.push(this.#history.append(this, offset, message));
    this.#byteCount += message.byteCount;
    while (this.size > maxMessages || this.#byteCount > maxBytes) this.dropOldest();
    this.#history.trim();
  }

  /**
   * The messages after an offset up to the newest, `newest`.
   * @returns undefined when one of them is gone, or when they count for more than `maxBytes`
   */
  since(offset: number, newest: number, maxBytes: number): KeptMessage[] | undefined {
    this.#history.trim();
    const wanted = newest - offset;
    return wanted > this.size ? undefined : this.#last(wanted, maxBytes);
  }

  /** The newest messages, at most so many, as far as they are kept. */
  newest(count: number, maxBytes: number): KeptMessage[] {
    this.#history.trim();
    for (let wanted = Math.min(count, this.size); wanted > 0; wanted >>= 1) {
      const messages = this.#last(wanted, maxBytes);
      if (messages !== undefined) return messages;
    }
    return [];
  }

  clear(): void {
    while (this.size > 0) this.dropOldest();
  }

  /** For TopicHistory. */
  dropOldest(): void {
    const kept = this.#kept[this.#head];
    if (kept === undefined) return;
    this.#kept[this.#head++] = undefined;
    this.#byteCount -= kept.message.byteCount;
    this.#history.remove(kept);
    if (this.#head < 64 || this.#head * 2 < this.#kept.length) return;
    this.#kept.splice(0, this.#head);
    this.#head = 0;
  }

  #last(count: number, maxBytes: number): KeptMessage[] | undefined {
    const messages = this.#kept.slice(this.#kept.length - count) as Kept[];
    let byteCount = 0;
    for (const { message } of messages) byteCount += message.byteCount;
    return byteCount <= maxBytes ? messages : undefined;
  }
}
