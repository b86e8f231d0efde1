import { SortedKeys } from './sorted-keys.js';

/** A space that holds keys. */
export interface MemorySpace {
  readonly name: string;
  /** Its number in the records. One that is gone leaves it to the next. */
  readonly id: number;
  readonly keys: SortedKeys;
  keyCount: number;
}

/** The spaces of a memory store by their names. One without keys is not there. */
export class MemorySpaces {
  readonly #spaces = new Map<string, MemorySpace>();
  /** With those in use all numbers from 0 on. */
  readonly #vacantIds: number[] = [];
  /** What was looked at last, which is nearly always the next one too. Its name is undefined when it is gone. */
  #lastName: string | undefined;
  #last: MemorySpace | undefined;

  find(name: string): MemorySpace | undefined {
    if (name === this.#lastName) return this.#last;
    const space = this.#spaces.get(name);
    if (space !== undefined) {
      this.#lastName = name;
      this.#last = space;
    }
    return space;
  }

  findOrAdd(name: string): MemorySpace {
    let space = this.find(name);
    if (space === undefined) {
      space = { name, id: this.#vacantIds.pop() ?? this.#spaces.size, keys: new SortedKeys(), keyCount: 0 };
      this.#spaces.set(name, space);
    }
    return space;
  }

  addKey(space: MemorySpace, key: string): void {
    space.keys.insert(key);
    space.keyCount++;
  }

  /** The last key takes its space with it. */
  removeKey(space: MemorySpace, key: string): void {
    space.keys.remove(key);
    if (--space.keyCount > 0) return;
    this.#spaces.delete(space.name);
    this.#vacantIds.push(space.id);
    this.#lastName = undefined;
    this.#last = undefined;
  }
}
