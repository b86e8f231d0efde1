/**
 * Flushes what has something to send: once at the end of the turn, however often it was added; and
 * again after other events were served, while `flush` says that there is more.
 */
export class FlushTurns<T> {
  readonly #flush: (item: T) => boolean;
  #waiting = new Set<T>();
  #spare = new Set<T>();
  #planned = false;

  /** @param flush returns true when it has to be called again */
  constructor(flush: (item: T) => boolean) {
    this.#flush = flush;
  }

  add(item: T): void {
    this.#waiting.add(item);
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(this.#run);
  }

  readonly #run = (): void => {
    this.#planned = false;
    const batch = this.#waiting;
    this.#waiting = this.#spare;
    this.#spare = batch;
    for (const item of batch) {
      if (this.#flush(item)) setImmediate(() => this.add(item));
    }
    batch.clear();
  };
}
