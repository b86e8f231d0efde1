import { Buffer } from 'node:buffer';
import { Deadlines, type Timer } from '@polywire/sdk/core';
import { systemClock } from '../clock.js';
import { FanoutGroups } from './fanout-groups.js';
import type { Link } from './link.js';
import type { ListenerHost, ListenerOptions } from './listener.js';
import { RateBucket } from './rate-bucket.js';
import { reportTo } from './report-to.js';

/** `send` returns false above this, or above a quarter of maxQueuedBytes when that is less. */
const HIGH_WATER_BYTES = 64 * 1024;

/** How often queues are looked at. */
const LOOK_INTERVAL_MS = 1_000;

/** What the links of one listener share: their limits, their groups, their timer and the list of all of them. */
export class LinkRegistry {
  readonly groups = new FanoutGroups<Link>();
  readonly maxQueuedBytes: number;
  readonly stallTimeoutMs: number;
  readonly highWaterBytes: number;
  /** Of links that are closing. */
  readonly deadlines = new Deadlines(systemClock);
  /** The newest link; the others hang on it. A Set would take four times as much a link. */
  #newest: Link | undefined;
  #size = 0;
  readonly #maxConnections: number;
  readonly #accepts: RateBucket | undefined;
  readonly #host: ListenerHost;
  #emptied: Promise<void> | undefined;
  #lookTimer: Timer | undefined;
  #onEmpty: () => void = () => {};

  constructor(options: ListenerOptions, host: ListenerHost) {
    this.maxQueuedBytes = options.maxQueuedBytes;
    this.stallTimeoutMs = options.stallTimeoutMs ?? 0;
    this.highWaterBytes = Math.min(HIGH_WATER_BYTES, Math.floor(options.maxQueuedBytes / 4));
    this.#maxConnections = options.maxConnections;
    this.#accepts = acceptBucket(options);
    this.#host = host;
  }

  get size(): number {
    return this.#size;
  }

  /** Why one more connection is not taken now; undefined: it is, and counts. */
  refusal(): string | undefined {
    if (this.#size >= this.#maxConnections) return `${this.size} connections are open, which is the limit`;
    if (this.#accepts !== undefined && this.#accepts.take(performance.now()) > 0) {
      return 'too many connections come at once';
    }
    return undefined;
  }

  add(link: Link): void {
    if (this.#lookTimer === undefined) this.#armLook();
    link.after = this.#newest;
    if (this.#newest !== undefined) this.#newest.before = link;
    this.#newest = link;
    this.#size++;
  }

  remove(link: Link): void {
    const { before, after } = link;
    if (before === undefined && this.#newest !== link) return;
    if (before === undefined) this.#newest = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    // What is gone must not hold the others.
    link.before = undefined;
    link.after = undefined;
    this.#size--;
    this.groups.leaveAll(link);
    if (this.#size > 0) return;
    this.#lookTimer?.cancel();
    this.#lookTimer = undefined;
    this.#onEmpty();
  }

  #armLook(): void {
    this.#lookTimer = systemClock.setTimer(LOOK_INTERVAL_MS, () => this.#look());
  }

  /** One look at all links finds those whose reader takes nothing. */
  #look(): void {
    this.#armLook();
    const nowMs = performance.now();
    for (const link of this) link.look(nowMs);
  }

  /** The link that is looked at may end meanwhile; others may not. */
  *[Symbol.iterator](): Iterator<Link> {
    for (let link = this.#newest, next: Link | undefined; link !== undefined; link = next) {
      next = link.after;
      yield link;
    }
  }

  /** Sends to every member of a group, for sockets that have no groups of their own. Copies once. */
  deliver(groupId: number, bytes: Uint8Array): void {
    const members = this.groups.members(groupId);
    if (members.size === 0) return;
    const kept = Buffer.from(bytes);
    for (const link of members) link.deliver(kept);
  }

  /** Ends all links at once; resolves when each handler was told. */
  async terminateAll(): Promise<void> {
    this.#emptied ??= new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const link of [...this]) link.terminate();
    if (this.#size > 0) await this.#emptied;
  }

  report(thrown: unknown): void {
    reportTo(this.#host, thrown);
  }
}

/** Undefined: connections may come as fast as they like. */
export function acceptBucket({ maxAcceptsPerSecond = 0 }: ListenerOptions): RateBucket | undefined {
  return maxAcceptsPerSecond > 0 ? new RateBucket(maxAcceptsPerSecond, performance.now()) : undefined;
}
