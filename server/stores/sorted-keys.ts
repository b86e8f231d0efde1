import { compareUtf8 } from './key-space.js';

const MAX_CHUNK = 512;

/**
 * The keys of a space in byte order of their UTF-8: a list of short sorted chunks. Insertion and
 * removal cost two binary searches and a move inside one chunk, also with millions of keys.
 */
export class SortedKeys {
  /** Never holds an empty chunk. */
  readonly #chunks: string[][] = [];

  /** The key must not be there yet. */
  insert(key: string): void {
    const place = Math.max(this.#chunkOf(key), 0);
    const chunk = this.#chunks[place];
    if (chunk === undefined) {
      this.#chunks.push([key]);
      return;
    }
    chunk.splice(lowerBound(chunk, key), 0, key);
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(place + 1, 0, chunk.splice(chunk.length >> 1));
  }

  remove(key: string): void {
    const place = this.#chunkOf(key);
    const chunk = this.#chunks[place];
    if (chunk === undefined) return;
    const index = lowerBound(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(place, 1);
  }

  /** Calls `visit` with each key from `start` on, in order, until it returns false. `visit` must not change the keys. */
  walk(start: string, visit: (key: string) => boolean): void {
    const first = Math.max(this.#chunkOf(start), 0);
    for (let place = first; place < this.#chunks.length; place++) {
      const chunk = this.#chunks[place] ?? [];
      for (let index = place === first ? lowerBound(chunk, start) : 0; index < chunk.length; index++) {
        if (!visit(chunk[index] ?? '')) return;
      }
    }
  }

  /** The last chunk whose first key is not after `key`; -1: none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(this.#chunks[middle]?.[0] ?? '', key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Place of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
