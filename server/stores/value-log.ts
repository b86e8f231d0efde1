// Found when it is compiled, not looked up each time.
const setBytes = Uint8Array.prototype.set;
const CHUNK_BYTES = 65_536;
/** Chunks that are kept for what comes next. */
const MAX_SPARES = 16;

/**
 * Copies of values, one behind the other in chunks of memory; the oldest go first. A value costs its
 * bytes and nothing else: an object for each would be work for the garbage collector.
 */
export class ValueLog {
  /** The first chunk begins at `#start`. Places only grow: they count the bytes that were dropped, too. */
  readonly #chunks: Uint8Array[] = [];
  readonly #spares: Uint8Array[] = [];
  #start = 0;
  /** The last chunk, and how much of it is taken. */
  #last: Uint8Array = new Uint8Array(0);
  #used = CHUNK_BYTES;

  /** The place of what comes next. */
  get end(): number {
    return this.#start + this.#chunks.length * CHUNK_BYTES + this.#used - CHUNK_BYTES;
  }

  /** @returns the place of the copy */
  add(value: Uint8Array): number {
    const place = this.end;
    const used = this.#used + value.length;
    if (value.length === 0) return place;
    if (used <= CHUNK_BYTES) {
      setBytes.call(this.#last, value, this.#used);
      this.#used = used;
    } else {
      this.#addPieces(value);
    }
    return place;
  }

  /** A copy that the caller owns. */
  read(place: number, length: number): Uint8Array {
    const value = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const from = place + done - this.#start;
      const chunk = this.#chunks[Math.floor(from / CHUNK_BYTES)] as Uint8Array;
      const at = from % CHUNK_BYTES;
      const piece = chunk.subarray(at, at + length - done);
      value.set(piece, done);
      done += piece.length;
    }
    return value;
  }

  /** Gives back what holds only values before a place. */
  dropBefore(place: number): void {
    while (place >= this.#start + CHUNK_BYTES && this.#chunks.length > 1) {
      const dropped = this.#chunks.shift() as Uint8Array;
      this.#start += CHUNK_BYTES;
      if (this.#spares.length < MAX_SPARES) this.#spares.push(dropped);
    }
  }

  #addPieces(value: Uint8Array): void {
    for (let done = 0; done < value.length; ) {
      if (this.#used === CHUNK_BYTES) this.#begin();
      const piece = value.subarray(done, done + CHUNK_BYTES - this.#used);
      this.#last.set(piece, this.#used);
      this.#used += piece.length;
      done += piece.length;
    }
  }

  #begin(): void {
    this.#last = this.#spares.pop() ?? new Uint8Array(CHUNK_BYTES);
    this.#chunks.push(this.#last);
    this.#used = 0;
  }
}
