const FIRST_SLOTS = 16;
/** Of the slots that may be taken. */
const MAX_LOAD = 0.75;
/** So many characters of an id tell it from most others. */
const HASHED_CHARACTERS = 8;

/**
 * Things by their session id, which they know themselves and which stays the same while they are here. A Map takes three
 * times as much for each; what this one does not have is an order.
 */
export class IdTable<Thing extends { readonly sessionId: string }> {
  /** Open addressing: a thing is in its home slot or in one of those behind it, with none free between. */
  #slots: (Thing | undefined)[] = emptySlots(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(sessionId: string): Thing | undefined {
    return this.#slots[this.#placeOf(sessionId)];
  }

  /** In place of the one that had its id. */
  set(thing: Thing): void {
    const place = this.#placeOf(thing.sessionId);
    if (this.#slots[place] === undefined) this.#size++;
    this.#slots[place] = thing;
    if (this.#size > this.#slots.length * MAX_LOAD) this.#resize();
  }

  delete(sessionId: string): void {
    const slots = this.#slots;
    let free = this.#placeOf(sessionId);
    if (slots[free] === undefined) return;
    this.#size--;
    slots[free] = undefined;
    // Those behind it move up, as far as their home slot lets them.
    for (let place = this.#after(free); ; place = this.#after(place)) {
      const thing = slots[place];
      if (thing === undefined) return;
      const distance = (place - this.#homeOf(thing.sessionId) + slots.length) % slots.length;
      if (distance < (place - free + slots.length) % slots.length) continue;
      slots[free] = thing;
      slots[place] = undefined;
      free = place;
    }
  }

  /** None may come or go meanwhile. */
  *[Symbol.iterator](): IterableIterator<Thing> {
    for (const thing of this.#slots) if (thing !== undefined) yield thing;
  }

  /** Where it is, or the free slot where it belongs. */
  #placeOf(sessionId: string): number {
    let place = this.#homeOf(sessionId);
    for (;;) {
      const thing = this.#slots[place];
      if (thing === undefined || thing.sessionId === sessionId) return place;
      place = this.#after(place);
    }
  }

  #homeOf(sessionId: string): number {
    let hash = 0;
    const end = Math.min(sessionId.length, HASHED_CHARACTERS);
    for (let index = 0; index < end; index++) hash = (Math.imul(hash, 31) + sessionId.charCodeAt(index)) | 0;
    return (hash >>> 0) % this.#slots.length;
  }

  #after(place: number): number {
    return place + 1 === this.#slots.length ? 0 : place + 1;
  }

  #resize(): void {
    const things = [...this];
    this.#slots = emptySlots(this.#slots.length * 2);
    for (const thing of things) this.#slots[this.#placeOf(thing.sessionId)] = thing;
  }
}

function emptySlots<Thing>(count: number): (Thing | undefined)[] {
  return new Array<Thing | undefined>(count).fill(undefined);
}
