/** The place of a reply that is not there yet. */
export interface ReplySlot {
  /** The frame, once it is known. */
  frame: Uint8Array | undefined;
  /** What the slot counts for in the queue's size. */
  readonly byteCount: number;
}

/** Replies of calls that run, in the order of their requests. */
export class ReplyQueue {
  readonly #slots: ReplySlot[] = [];
  #byteCount = 0;

  /** Replies that were not taken. */
  get size(): number {
    return this.#slots.length;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  /** A place behind all others. `byteCount`: bytes that are kept for it. */
  add(byteCount: number): ReplySlot {
    const slot: ReplySlot = { frame: undefined, byteCount };
    this.#slots.push(slot);
    this.#byteCount += byteCount;
    return slot;
  }

  /** The frame of the first place, if it is there. */
  take(): Uint8Array | undefined {
    const first = this.#slots[0];
    if (first?.frame === undefined) return undefined;
    this.#slots.shift();
    this.#byteCount -= first.byteCount;
    return first.frame;
  }
}
