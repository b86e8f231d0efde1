import type { StoreChange } from './store.js';

export interface HistoryLimits {
  /** Changes kept at most. Default: 65,536. */
  readonly maxEntries?: number | undefined;
  /** Bytes of keys and values kept at most, counted roughly. Default: 32 MiB. */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_ENTRIES = 65_536;
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;
/** A power of two, and so is every length that grows from it. */
const FIRST_SLOTS = 64;
/** What a change costs beside its key and value. */
const CHANGE_OVERHEAD_BYTES = 128;

/**
 * The newest changes of a store, so that a watch can go on where it broke off. Bounded: the oldest
 * changes make room, and whoever asks for them hears "compacted" instead of getting a part.
 */
export class ChangeHistory {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  /** A ring: `#count` changes from `#head` on. It grows by doubling. */
  #ring: (StoreChange | undefined)[] = new Array(FIRST_SLOTS);
  /** What each change counts. Beside them: a change that is dropped is old, and looking at it slow. */
  #ringBytes = new Float64Array(FIRST_SLOTS);
  #head = 0;
  #count = 0;
  #byteCount = 0;
  #newestRevision: number;

  /** @param revision newest revision of the store now; the history begins after it */
  constructor(limits: HistoryLimits, revision: number) {
    this.#newestRevision = revision;
    this.#maxEntries = limits.maxEntries ?? DEFAULT_MAX_ENTRIES;
    this.#maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /** Revision of the oldest change that is kept, or of the next one when none is. */
  get oldestRevision(): number {
    return this.#newestRevision - this.#count + 1;
  }

  /** Takes a store's changes as they come: numbered without gaps. */
  append(changes: readonly StoreChange[]): void {
    for (const change of changes) {
      if (change.entry.revision !== this.#newestRevision + 1) this.#forget();
      this.#push(change);
      while (this.#count > this.#maxEntries || this.#byteCount > this.#maxBytes) this.#dropOldest();
    }
  }

  /**
   * Every change after `revision` that `filter` accepts, in order.
   * "compacted": some of them are gone, or the revision is newer than the store. Read the present
   * state and go on from its revision.
   */
  since(revision: number, filter: (change: StoreChange) => boolean): StoreChange[] | 'compacted' {
    const skipped = revision + 1 - this.oldestRevision;
    if (skipped < 0 || revision > this.#newestRevision) return 'compacted';
    const found: StoreChange[] = [];
    for (let index = skipped; index < this.#count; index++) {
      const change = this.#ring[(this.#head + index) & (this.#ring.length - 1)];
      if (change !== undefined && filter(change)) found.push(change);
    }
    return found;
  }

  #push(change: StoreChange): void {
    if (this.#count === this.#ring.length) this.#grow();
    const place = (this.#head + this.#count) & (this.#ring.length - 1);
    const byteCount = byteCountOf(change);
    this.#ring[place] = change;
    this.#ringBytes[place] = byteCount;
    this.#count++;
    this.#byteCount += byteCount;
    this.#newestRevision = change.entry.revision;
  }

  #dropOldest(): void {
    this.#byteCount -= this.#ringBytes[this.#head] ?? 0;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#count--;
  }

  /** After a gap nothing before it may be replayed: a replay would hide the missing changes. */
  #forget(): void {
    this.#ring = new Array(FIRST_SLOTS);
    this.#ringBytes = new Float64Array(FIRST_SLOTS);
    this.#head = 0;
    this.#count = 0;
    this.#byteCount = 0;
  }

  #grow(): void {
    const grown: (StoreChange | undefined)[] = new Array(this.#ring.length * 2);
    const grownBytes = new Float64Array(grown.length);
    for (let index = 0; index < this.#count; index++) {
      const place = (this.#head + index) & (this.#ring.length - 1);
      grown[index] = this.#ring[place];
      grownBytes[index] = this.#ringBytes[place] ?? 0;
    }
    this.#ring = grown;
    this.#ringBytes = grownBytes;
    this.#head = 0;
  }
}

function byteCountOf(change: StoreChange): number {
  return CHANGE_OVERHEAD_BYTES + change.space.length + change.entry.key.length + change.entry.value.length;
}
