/** A map that takes no memory before its first entry: most connections are idle. */
export class LazyMap<Key, Value> {
  #map: Map<Key, Value> | undefined;

  get size(): number {
    return this.#map === undefined ? 0 : this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map?.get(key);
  }

  has(key: Key): boolean {
    return this.#map?.has(key) === true;
  }

  set(key: Key, value: Value): void {
    this.#map ??= new Map();
    this.#map.set(key, value);
  }

  /** @returns whether there was an entry */
  delete(key: Key): boolean {
    return this.#map?.delete(key) === true;
  }

  values(): Iterable<Value> {
    return this.#map?.values() ?? [];
  }
}
