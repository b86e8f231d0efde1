interface Queued<T> {
  readonly item: T;
  readonly bytes: number;
}

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/**
 * Items that were received and wait for their one reader, as an async iterable. Counts bytes so
 * that its owner can bound it; never drops an item.
 */
export class ItemQueue<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #items: Queued<T>[] = [];
  readonly #waiting: Waiting<T>[] = [];
  readonly #onReturn: () => void;
  #head = 0;
  #bytes = 0;
  #ended = false;
  #error: unknown;

  /** @param onReturn called once when the reader stops before the end */
  constructor(onReturn: () => void = () => {}) {
    this.#onReturn = onReturn;
  }

  /** Bytes of the items that wait. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  /** Adds an item; after the end it does nothing. */
  push(item: T, bytes: number): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ value: item, done: false });
      return;
    }
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
  }

  /** No more items. Those that wait are still read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ value: undefined, done: true });
  }

  /** No more items; the reader gets `error` after those that wait. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) {
      this.#error = error;
      return;
    }
    // One reader gets the error; further reads see the end, as with any iterator.
    waiting.forEach((reader, index) => {
      if (index === 0) reader.reject(error);
      else reader.resolve({ value: undefined, done: true });
    });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const queued = this.#items[this.#head];
    if (queued !== undefined) {
      this.#head++;
      if (this.#head > 64 && this.#head * 2 > this.#items.length) {
        this.#items.splice(0, this.#head);
        this.#head = 0;
      }
      this.#bytes -= queued.bytes;
      return Promise.resolve({ value: queued.item, done: false });
    }
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const wasOpen = !this.#ended;
    this.end();
    this.#items.length = 0;
    this.#head = 0;
    this.#bytes = 0;
    this.#error = undefined;
    if (wasOpen) this.#onReturn();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
