/** What a CallTable keeps. */
export interface Numbered {
  readonly messageId: number;
  /** The table's own: the next one of the same place. */
  next: this | undefined;
}

const FIRST_PLACES = 16;

/**
 * Calls by message id. Ids are counted up, so almost every call has a place of its own.
 *
 * Not a Map: that leaves its table behind every time it is full of deleted entries, each old table holds the next one
 * and all calls in it, and once one of them is old the garbage collector copies the rest again and again.
 */
export class CallTable<Call extends Numbered> {
  #places: (Call | undefined)[] = new Array(FIRST_PLACES).fill(undefined);
  size = 0;

  get(messageId: number): Call | undefined {
    let call = this.#places[messageId & (this.#places.length - 1)];
    while (call !== undefined && call.messageId !== messageId) call = call.next;
    return call;
  }

  add(call: Call): void {
    if (this.size >= this.#places.length) this.#grow();
    this.#put(call);
    this.size++;
  }

  /** @param call is in the table */
  delete(call: Call): void {
    const places = this.#places;
    const place = call.messageId & (places.length - 1);
    let before = places[place];
    if (before === call) places[place] = call.next;
    else {
      while (before !== undefined && before.next !== call) before = before.next;
      if (before !== undefined) before.next = call.next;
    }
    call.next = undefined;
    this.size--;
  }

  /** All of them, in a list of its own. */
  all(): Call[] {
    const calls: Call[] = [];
    for (let call of this.#places) for (; call !== undefined; call = call.next) calls.push(call);
    return calls;
  }

  #put(call: Call): void {
    const place = call.messageId & (this.#places.length - 1);
    call.next = this.#places[place];
    this.#places[place] = call;
  }

  #grow(): void {
    const calls = this.all();
    this.#places = new Array(this.#places.length * 2).fill(undefined);
    for (const call of calls) this.#put(call);
  }
}
