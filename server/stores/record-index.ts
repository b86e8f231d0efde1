/** A power of two. Each part grows on its own, so that no single write waits until millions of keys have moved. */
const PARTS = 64;
const PART_SHIFT = 26;
const FIRST_SLOTS = 8;

/** What says whether a record is the one that is looked for. */
export interface RecordMatch {
  matches(address: number): boolean;
}

/**
 * Where records are, by the hash of their keys: open addressing with linear probing. A slot is two
 * numbers, the hash and the address, which is above 0. Looking a key up touches one place of memory; a `Map` of
 * strings touches its table, and each key that shares the bucket, in several.
 */
export class RecordIndex {
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => new Part());

  /** @returns the address; 0: there is none */
  find(hash: number, match: RecordMatch): number {
    const { slots, mask } = this.#partOf(hash);
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const address = slots[at * 2 + 1] as number;
      if (address === 0 || (slots[at * 2] === hash && match.matches(address))) return address;
    }
  }

  /** The record must not be there yet. */
  add(hash: number, address: number): void {
    this.#partOf(hash).add(hash, address);
  }

  /** The record is at another address now. */
  move(hash: number, from: number, to: number): void {
    const part = this.#partOf(hash);
    part.slots[part.slotOf(hash, from) * 2 + 1] = to;
  }

  remove(hash: number, address: number): void {
    this.#partOf(hash).remove(hash, address);
  }

  #partOf(hash: number): Part {
    return this.#parts[hash >>> PART_SHIFT] as Part;
  }
}

class Part {
  slots = new Int32Array(FIRST_SLOTS * 2);
  mask = FIRST_SLOTS - 1;
  #count = 0;

  add(hash: number, address: number): void {
    const slotCount = this.mask + 1;
    if (this.#count * 8 >= slotCount * 5) this.#resize(slotCount * 2);
    this.#put(hash, address);
    this.#count++;
  }

  /** The slot of a record that is there. */
  slotOf(hash: number, address: number): number {
    const { slots, mask } = this;
    let at = hash & mask;
    while (slots[at * 2 + 1] !== address) at = (at + 1) & mask;
    return at;
  }

  /** What stands behind it and could stand nearer to its place moves up, so that no gap ends a search too early. */
  remove(hash: number, address: number): void {
    const { slots, mask } = this;
    let gap = this.slotOf(hash, address);
    for (let at = (gap + 1) & mask; slots[at * 2 + 1] !== 0; at = (at + 1) & mask) {
      const place = (slots[at * 2] as number) & mask;
      if (((at - place) & mask) < ((at - gap) & mask)) continue;
      slots[gap * 2] = slots[at * 2] as number;
      slots[gap * 2 + 1] = slots[at * 2 + 1] as number;
      gap = at;
    }
    slots[gap * 2 + 1] = 0;
    this.#count--;
    if (this.#count * 8 < mask && mask >= FIRST_SLOTS) this.#resize((mask + 1) / 2);
  }

  #put(hash: number, address: number): void {
    const { slots, mask } = this;
    let at = hash & mask;
    while (slots[at * 2 + 1] !== 0) at = (at + 1) & mask;
    slots[at * 2] = hash;
    slots[at * 2 + 1] = address;
  }

  #resize(slotCount: number): void {
    const before = this.slots;
    this.slots = new Int32Array(slotCount * 2);
    this.mask = slotCount - 1;
    for (let at = 0; at < before.length; at += 2) {
      const address = before[at + 1] as number;
      if (address !== 0) this.#put(before[at] as number, address);
    }
  }
}
