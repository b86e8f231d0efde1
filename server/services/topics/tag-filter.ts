/** Tags of a message, or the values that a filter asks for. */
export type Tags = ReadonlyMap<string, string>;

/** The same text for equal filters. */
export function filterKey(filter: Tags): string {
  return filter.size === 0 ? '' : JSON.stringify(sortedPairs(filter));
}

function sortedPairs(filter: Tags): [string, string][] {
  return [...filter].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

interface Entry<T> {
  readonly filter: Tags;
  readonly value: T;
}

/**
 * Values by filter. Each is kept under one pair of its filter, so that a lookup costs what the
 * message has of tags, however many filters there are for other values.
 */
export class FilterIndex<T> {
  readonly #byPair = new Map<string, Map<string, Entry<T>>>();
  #unfiltered: T | undefined;
  size = 0;

  get(filter: Tags): T | undefined {
    if (filter.size === 0) return this.#unfiltered;
    return this.#byPair.get(leadOf(filter))?.get(filterKey(filter))?.value;
  }

  set(filter: Tags, value: T): void {
    if (this.get(filter) === undefined) this.size++;
    if (filter.size === 0) {
      this.#unfiltered = value;
      return;
    }
    const lead = leadOf(filter);
    const entries = this.#byPair.get(lead) ?? new Map<string, Entry<T>>();
    this.#byPair.set(lead, entries.set(filterKey(filter), { filter, value }));
  }

  delete(filter: Tags): void {
    if (this.get(filter) === undefined) return;
    this.size--;
    if (filter.size === 0) {
      this.#unfiltered = undefined;
      return;
    }
    const lead = leadOf(filter);
    const entries = this.#byPair.get(lead);
    entries?.delete(filterKey(filter));
    if (entries?.size === 0) this.#byPair.delete(lead);
  }

  /** Adds the values whose filters these tags pass. */
  match(tags: Tags, found: T[]): void {
    if (this.#unfiltered !== undefined) found.push(this.#unfiltered);
    if (this.#byPair.size === 0) return;
    for (const [name, wanted] of tags) {
      const entries = this.#byPair.get(pairKey(name, wanted));
      if (entries === undefined) continue;
      for (const { filter, value } of entries.values()) if (passes(tags, filter)) found.push(value);
    }
  }
}

function passes(tags: Tags, filter: Tags): boolean {
  for (const [name, wanted] of filter) if (tags.get(name) !== wanted) return false;
  return true;
}

function leadOf(filter: Tags): string {
  const [first = ['', '']] = sortedPairs(filter);
  return pairKey(...first);
}

function pairKey(name: string, value: string): string {
  return `${name.length}:${name}${value}`;
}
