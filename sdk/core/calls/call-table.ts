/** What a CallTable keeps. */
export interface Numbered {
  messageId: number;
}

const FIRST_PLACES = 32;

/**
 * Calls by message id. The table gives out the ids, so that every call has a place of its own.
 *
 * Not a Map: that leaves its table behind every time it is full of deleted entries, each old table holds the next one
 * and all calls in it, and once one of them is old the garbage collector copies the rest again and again.
 */
export class CallTable<Call extends Numbered> {
  #places: (Call | undefined)[] = new Array(FIRST_PLACES).fill(undefined);
  #lastId: number;
  size = 0;

  /** @param lastId ids begin behind it */
  constructor(lastId = 0) {
    this.#lastId = lastId;
  }

  /** The next id of which the place is free; never 0. */
  nextId(): number {
    do {
      this.#lastId = (this.#lastId + 1) >>> 0;
    } while (this.#lastId === 0 || this.#places[this.#placeOf(this.#lastId)] !== undefined);
    return this.#lastId;
  }

  get(messageId: number): Call | undefined {
    const call = this.#places[this.#placeOf(messageId)];
    return call?.messageId === messageId ? call : undefined;
  }

  /** @param call has the id that was given out last */
  add(call: Call): void {
    this.#places[this.#placeOf(call.messageId)] = call;
    // At least half of the places are free.
    if (++this.size * 2 <= this.#places.length) return;
    const calls = this.all();
    this.#places = new Array(this.#places.length * 2).fill(undefined);
    for (const each of calls) this.#places[this.#placeOf(each.messageId)] = each;
  }

  /** @param call is in the table */
  delete(call: Call): void {
    this.#places[this.#placeOf(call.messageId)] = undefined;
    this.size--;
  }

  /** All of them, in a list of its own. */
  all(): Call[] {
    return this.#places.filter((call) => call !== undefined);
  }

  #placeOf(messageId: number): number {
    return messageId & (this.#places.length - 1);
  }
}
