import { Buffer } from 'node:buffer';
import { FanoutGroups } from './fanout-groups.js';
import type { Link } from './link.js';
import type { ListenerHost, ListenerOptions } from './listener.js';
import { reportTo } from './report-to.js';

/** `send` returns false above this, or above a quarter of maxQueuedBytes when that is less. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What the links of one listener share: their limits, their groups and the list of all of them. */
export class LinkRegistry {
  readonly groups = new FanoutGroups<Link>();
  readonly maxQueuedBytes: number;
  readonly highWaterBytes: number;
  readonly #links = new Set<Link>();
  readonly #maxConnections: number;
  readonly #host: ListenerHost;
  #emptied: Promise<void> | undefined;
  #onEmpty: () => void = () => {};

  constructor(options: ListenerOptions, host: ListenerHost) {
    this.maxQueuedBytes = options.maxQueuedBytes;
    this.highWaterBytes = Math.min(HIGH_WATER_BYTES, Math.floor(options.maxQueuedBytes / 4));
    this.#maxConnections = options.maxConnections;
    this.#host = host;
  }

  get size(): number {
    return this.#links.size;
  }

  get isFull(): boolean {
    return this.#links.size >= this.#maxConnections;
  }

  add(link: Link): void {
    this.#links.add(link);
  }

  remove(link: Link): void {
    this.#links.delete(link);
    this.groups.leaveAll(link);
    if (this.#links.size === 0) this.#onEmpty();
  }

  [Symbol.iterator](): Iterator<Link> {
    return this.#links[Symbol.iterator]();
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
    for (const link of this.#links) link.terminate();
    if (this.#links.size > 0) await this.#emptied;
  }

  report(thrown: unknown): void {
    reportTo(this.#host, thrown);
  }
}
