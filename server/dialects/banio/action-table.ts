/** Finds what serves an action: the entry of its exact name, or else of the longest name that it begins with. */
export class ActionTable<Entry> {
  readonly #exact: ReadonlyMap<string, Entry>;
  /** The longest first. */
  readonly #byLength: readonly (readonly [name: string, entry: Entry])[];

  constructor(entries: Iterable<readonly [name: string, entry: Entry]>) {
    this.#exact = new Map(entries);
    this.#byLength = [...this.#exact].sort(([a], [b]) => b.length - a.length);
  }

  find(action: string): Entry | undefined {
    return this.#exact.get(action) ?? this.#byLength.find(([name]) => action.startsWith(name))?.[1];
  }
}
