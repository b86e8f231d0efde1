/** Thrown when nothing came in time. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

interface Waiter<T> {
  readonly wants: (item: T) => boolean;
  readonly deliver: (item: T) => void;
  readonly fail: (error: Error) => void;
}

/** Items that arrive at any time and are taken in order. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: Waiter<T>[] = [];
  #end: Error | undefined;

  /** Items that nobody has taken. */
  get items(): readonly T[] {
    return this.#items;
  }

  put(item: T): void {
    const at = this.#waiting.findIndex((waiter) => waiter.wants(item));
    if (at < 0) this.#items.push(item);
    else this.#waiting.splice(at, 1)[0]?.deliver(item);
  }

  /** No more items will come: whoever waits, or comes later and finds nothing, gets `error`. */
  end(error: Error): void {
    this.#end ??= error;
    for (const waiter of this.#waiting.splice(0)) waiter.fail(this.#end);
  }

  /**
   * Takes the first item that `wants` accepts; others stay.
   *
   * @param what names the item in the error
   * @throws TimeoutError, or what `end` was given
   */
  take(timeoutMs: number, what: string, wants: (item: T) => boolean = () => true): Promise<T> {
    const at = this.#items.findIndex(wants);
    if (at >= 0) return Promise.resolve(this.#items.splice(at, 1)[0] as T);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        wants,
        deliver: (item) => {
          clearTimeout(timer);
          resolve(item);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new TimeoutError(`${what} did not come within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.push(waiter);
    });
  }
}
