import type { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { StoreChange } from './store.js';
import type { ValueLog } from './value-log.js';

/** What a change counts beside its texts and value. */
const CHANGE_OVERHEAD_BYTES = 128;

/** Places for changes, as a column for each of their fields. Their values are in a log beside it. */
export class ChangeRing {
  readonly spaces: (string | undefined)[];
  readonly keys: (string | undefined)[];
  /** Where in the log the value is. */
  readonly valuePlaces: Float64Array;
  readonly #valueLengths: Uint32Array;
  readonly #byteCounts: Uint32Array;
  readonly #deadlinesMs: Float64Array;
  readonly #types: Uint8Array;
  readonly #kinds: Uint8Array;

  /** @param slots a power of two */
  constructor(readonly slots: number) {
    this.spaces = new Array(slots).fill(undefined);
    this.keys = new Array(slots).fill(undefined);
    this.valuePlaces = new Float64Array(slots);
    this.#valueLengths = new Uint32Array(slots);
    this.#byteCounts = new Uint32Array(slots);
    this.#deadlinesMs = new Float64Array(slots);
    this.#types = new Uint8Array(slots);
    this.#kinds = new Uint8Array(slots);
  }

  /** The place of an index that goes on after the end. */
  place(index: number): number {
    return index & (this.slots - 1);
  }

  /** @returns the bytes that the change counts */
  write(place: number, { space, type, entry }: StoreChange, valuePlace: number): number {
    const { key, value } = entry;
    const byteCount = CHANGE_OVERHEAD_BYTES + space.length + key.length + value.length;
    this.spaces[place] = space;
    this.keys[place] = key;
    this.valuePlaces[place] = valuePlace;
    this.#valueLengths[place] = value.length;
    this.#byteCounts[place] = byteCount;
    this.#deadlinesMs[place] = entry.expiresAtMs;
    this.#types[place] = type;
    this.#kinds[place] = entry.kind;
    return byteCount;
  }

  /** The change at a place, with a copy of its value. */
  read(place: number, revision: number, values: ValueLog): StoreChange {
    const entry = {
      key: this.keys[place] as string,
      value: values.read(this.valuePlaces[place] as number, this.#valueLengths[place] as number),
      kind: this.#kinds[place] as ValueKind,
      revision,
      expiresAtMs: this.#deadlinesMs[place] as number,
    };
    return { space: this.spaces[place] as string, type: this.#types[place] as ChangeKind, entry };
  }

  /** Lets go of the texts. @returns the bytes that the change counted */
  clear(place: number): number {
    this.spaces[place] = undefined;
    this.keys[place] = undefined;
    return this.#byteCounts[place] as number;
  }

  /** Twice as many places, all of these taken over; what was at `head` is at 0. */
  grown(head: number): ChangeRing {
    const grown = new ChangeRing(this.slots * 2);
    for (let index = 0; index < this.slots; index++) {
      const place = this.place(head + index);
      grown.spaces[index] = this.spaces[place];
      grown.keys[index] = this.keys[place];
      grown.valuePlaces[index] = this.valuePlaces[place] as number;
      grown.#valueLengths[index] = this.#valueLengths[place] as number;
      grown.#byteCounts[index] = this.#byteCounts[place] as number;
      grown.#deadlinesMs[index] = this.#deadlinesMs[place] as number;
      grown.#types[index] = this.#types[place] as number;
      grown.#kinds[index] = this.#kinds[place] as number;
    }
    return grown;
  }
}
