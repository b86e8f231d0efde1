/**
 * Items for one reader who wants the newest only: what comes while he is not ready, or in the same
 * turn, takes the place of what waits. It never holds more than what it began with and one item.
 */
export class LatestReader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #begin: (reader: LatestReader<T>) => readonly T[];
  readonly #onEnd: (reader: LatestReader<T>) => void;
  #state: 'new' | 'reading' | 'ended' = 'new';
  #first: T[] = [];
  #pending: { readonly item: T } | undefined;
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined;
  #planned = false;

  /**
   * @param begin called at the first read; gives what comes before everything that is offered then
   * @param onEnd called once when reading ends, if it had begun
   */
  constructor(begin: (reader: LatestReader<T>) => readonly T[], onEnd: (reader: LatestReader<T>) => void) {
    this.#begin = begin;
    this.#onEnd = onEnd;
  }

  /** Puts an item in the place of one that waits. */
  offer(item: T): void {
    this.#pending = { item };
    if (this.#waiting === undefined || this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#deliver();
    });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#state === 'ended') return Promise.resolve({ done: true, value: undefined });
    if (this.#state === 'new') {
      try {
        this.#first = [...this.#begin(this)];
      } catch (thrown) {
        this.#state = 'ended';
        return Promise.reject(thrown);
      }
      this.#state = 'reading';
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (!this.#planned) this.#deliver();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const hadBegun = this.#state === 'reading';
    this.#state = 'ended';
    this.#first = [];
    this.#pending = undefined;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
    if (hadBegun) this.#onEnd(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    const resolve = this.#waiting;
    if (resolve === undefined) return;
    const next = this.#first.length > 0 ? { item: this.#first.shift() as T } : this.#pending;
    if (next === undefined) return;
    if (next === this.#pending) this.#pending = undefined;
    this.#waiting = undefined;
    resolve({ done: false, value: next.item });
  }
}
