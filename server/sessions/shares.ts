/**
 * Things that owners have in a place with limited room. When it is full, who has most gives one up: nobody loses
 * what is his because another takes more and more.
 */
export class Shares<Thing> {
  /** In the order in which they came. */
  readonly #owned = new Map<string, Set<Thing>>();
  /** Owners by how many things they have; one of 0 has none. */
  readonly #ownersOf: Set<string>[] = [];
  #most = 0;

  add(owner: string, thing: Thing): void {
    const things = this.#owned.get(owner) ?? new Set<Thing>();
    this.#owned.set(owner, things);
    const before = things.size;
    this.#move(owner, before, things.add(thing).size);
  }

  delete(owner: string, thing: Thing): void {
    const things = this.#owned.get(owner);
    if (things?.delete(thing) !== true) return;
    this.#move(owner, things.size + 1, things.size);
    if (things.size === 0) this.#owned.delete(owner);
  }

  /** What came first of all that the owner with most has. Undefined: there is nothing. */
  get oldestOfMost(): Thing | undefined {
    const [owner = ''] = this.#ownersOf[this.#most] ?? [];
    const [oldest] = this.#owned.get(owner) ?? [];
    return oldest;
  }

  /** The number of an owner's things has changed by one at most. */
  #move(owner: string, from: number, to: number): void {
    if (from === to) return;
    this.#ownersOf[from]?.delete(owner);
    this.#ownersOf[to] ??= new Set();
    if (to > 0) this.#ownersOf[to].add(owner);
    if (to > this.#most) this.#most = to;
    else if (this.#ownersOf[this.#most]?.size === 0) this.#most--;
  }
}
