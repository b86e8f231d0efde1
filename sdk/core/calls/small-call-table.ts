import type { Numbered } from './call-table.js';

/** The same as `call-table.ts` in less code, for pages: they do not make calls so fast that the garbage of a Map matters. */
export class CallTable<Call extends Numbered> {
  readonly #calls = new Map<number, Call>();
  #lastId: number;

  constructor(lastId = 0) {
    this.#lastId = lastId;
  }

  get size(): number {
    return this.#calls.size;
  }

  nextId(): number {
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#lastId === 0 || this.#calls.has(this.#lastId));
    return this.#lastId;
  }

  get(messageId: number): Call | undefined {
    return this.#calls.get(messageId);
  }

  add(call: Call): void {
    this.#calls.set(call.messageId, call);
  }

  delete({ messageId }: Call): void {
    this.#calls.delete(messageId);
  }

  all(): Call[] {
    return [...this.#calls.values()];
  }
}
