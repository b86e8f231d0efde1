/** Thrown when nothing came in time. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Items that arrive at any time and are taken in order. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  readonly #waiting: { deliver: (item: T) => void; fail: (error: Error) => void }[] = [];
  #end: Error | undefined;

  /** Items that nobody has taken. */
  get items(): readonly T[] {
    return this.#items;
  }

  put(item: T): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#items.push(item);
    else waiter.deliver(item);
  }

  /** No more items will come: whoever waits, or comes later and finds nothing, gets `error`. */
  end(error: Error): void {
    this.#end ??= error;
    for (const waiter of this.#waiting.splice(0)) waiter.fail(this.#end);
  }

  /** Takes the next item. @throws TimeoutError, or what `end` was given */
  take(timeoutMs: number, what: string): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as T);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const waiter = {
        deliver: (item: T): void => {
          clearTimeout(timer);
          resolve(item);
        },
        fail: (error: Error): void => {
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
