/**
 * Things in the order in which they were added. Taking the oldest of a plain Set looks at the places of all that
 * were taken before it; this one remembers where it was.
 */
export class AgeOrder<T> implements Iterable<T> {
  readonly #all = new Set<T>();
  #next: Iterator<T> | undefined;

  get size(): number {
    return this.#all.size;
  }

  add(thing: T): void {
    this.#all.add(thing);
  }

  /** @returns false when it was not there */
  delete(thing: T): boolean {
    return this.#all.delete(thing);
  }

  /** Removes the one that was added first. */
  takeOldest(): T | undefined {
    let found = this.#next?.next();
    if (found === undefined || found.done === true) {
      this.#next = this.#all.values();
      found = this.#next.next();
    }
    if (found.done === true) {
      this.#next = undefined;
      return undefined;
    }
    this.#all.delete(found.value);
    return found.value;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#all.values();
  }
}
