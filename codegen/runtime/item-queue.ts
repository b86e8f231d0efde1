interface Queued<T> {
  readonly item: T;
  readonly bytes: number;
  next: Queued<T> | undefined;
}

type Result<T> = IteratorResult<T, undefined>;

/**
 * Items that were received and wait for their one reader, as an async iterable. Counts bytes so
 * that its owner can bound it; never drops an item.
 */
export class ItemQueue<T> implements AsyncIterableIterator<T, undefined, undefined> {
  /** What waits, each with the next. */
  #first: Queued<T> | undefined;
  #last: Queued<T> | undefined;
  readonly #waiting: ((result: Result<T> | Promise<Result<T>>) => void)[] = [];
  readonly #onReturn: () => void;
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
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) {
      resolve({ value: item, done: false });
      return;
    }
    const queued = { item, bytes, next: undefined };
    if (this.#first === undefined) this.#first = queued;
    else (this.#last as Queued<T>).next = queued;
    this.#last = queued;
    this.#bytes += bytes;
  }

  /** No more items. Those that wait are still read. */
  end(): void {
    this.fail(undefined);
  }

  /** No more items; the reader gets `error` after those that wait, and further reads see the end. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const resolve of this.#waiting.splice(0)) resolve(this.next());
  }

  next(): Promise<Result<T>> {
    const queued = this.#first;
    if (queued !== undefined) {
      this.#first = queued.next;
      this.#bytes -= queued.bytes;
      return Promise.resolve({ value: queued.item, done: false });
    }
    if (!this.#ended) return new Promise((resolve) => this.#waiting.push(resolve));
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  return(): Promise<Result<T>> {
    const wasOpen = !this.#ended;
    this.end();
    this.#first = undefined;
    this.#bytes = 0;
    this.#error = undefined;
    if (wasOpen) this.#onReturn();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
