import { ChangeRing } from './change-ring.js';
import type { StoreChange } from './store.js';
import { ValueLog } from './value-log.js';

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

/**
 * The newest changes of a store, so that a watch can go on where it broke off. Bounded: the oldest
 * changes make room, and whoever asks for them hears "compacted" instead of getting a part.
 *
 * Takes copies, and no object for a change: those would live just long enough to be moved by the
 * garbage collector twice, which cost a set more than all the rest of it.
 */
export class ChangeHistory {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  /** A ring: `#count` changes from `#head` on. It grows by doubling. */
  #ring = new ChangeRing(FIRST_SLOTS);
  readonly #values = new ValueLog();
  #head = 0;
  #count = 0;
  #byteCount = 0;
  #newestRevision = 0;

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

  /** Takes a store's changes as they come: numbered without gaps. They are borrowed. */
  append(changes: readonly StoreChange[]): void {
    for (let index = 0; index < changes.length; index++) {
      const change = changes[index] as StoreChange;
      if (change.entry.revision !== this.#newestRevision + 1) this.#forget();
      this.#push(change);
      while (this.#count > this.#maxEntries || this.#byteCount > this.#maxBytes) this.#dropOldest();
    }
  }

  /**
   * Every change after `revision` whose space and key `filter` accepts, in order, as copies.
   * "compacted": some of them are gone, or the revision is newer than the store. Read the present
   * state and go on from its revision.
   */
  since(revision: number, filter: (space: string, key: string) => boolean): StoreChange[] | 'compacted' {
    const skipped = revision + 1 - this.oldestRevision;
    if (skipped < 0 || revision > this.#newestRevision) return 'compacted';
    const found: StoreChange[] = [];
    for (let index = skipped; index < this.#count; index++) {
      const place = this.#ring.place(this.#head + index);
      if (!filter(this.#ring.spaces[place] as string, this.#ring.keys[place] as string)) continue;
      found.push(this.#ring.read(place, this.oldestRevision + index, this.#values));
    }
    return found;
  }

  #push(change: StoreChange): void {
    if (this.#count === this.#ring.slots) {
      this.#ring = this.#ring.grown(this.#head);
      this.#head = 0;
    }
    const place = this.#ring.place(this.#head + this.#count);
    this.#byteCount += this.#ring.write(place, change, this.#values.add(change.entry.value));
    this.#count++;
    this.#newestRevision = change.entry.revision;
  }

  #dropOldest(): void {
    this.#byteCount -= this.#ring.clear(this.#head);
    this.#head = this.#ring.place(this.#head + 1);
    this.#count--;
    const oldestPlace = this.#count === 0 ? this.#values.end : (this.#ring.valuePlaces[this.#head] as number);
    this.#values.dropBefore(oldestPlace);
  }

  /** After a gap nothing before it may be replayed: a replay would hide the missing changes. */
  #forget(): void {
    this.#ring = new ChangeRing(FIRST_SLOTS);
    this.#values.dropBefore(this.#values.end);
    this.#head = 0;
    this.#count = 0;
    this.#byteCount = 0;
  }
}
