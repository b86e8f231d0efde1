const CHUNK_BYTES = 65_536;
/** Chunks that are kept for what comes next. */
const MAX_SPARES = 16;

/**
 * Copies of values, one behind the other in chunks of memory; the oldest go first. A value costs its
 * bytes and nothing else: an object for each would be work for the garbage collector.
 */
export class ValueLog {
  readonly #chunks: Uint8Array[] = [];
  readonly #spares: Uint8Array[] = [];
  /** Of the first chunk. */
  #firstNumber = 0;
  /** Bytes since the beginning, those that were dropped too. */
  #end = 0;

  /** The place of what comes next. */
  get end(): number {
    return this.#end;
  }

  /** @returns the place of the copy */
  add(value: Uint8Array): number {
    const place = this.#end;
    const at = place % CHUNK_BYTES;
    const { length } = value;
    if (at !== 0 && at + length <= CHUNK_BYTES) (this.#chunks[this.#chunks.length - 1] as Uint8Array).set(value, at);
    else this.#addPieces(value, at);
    this.#end = place + length;
    return place;
  }

  /** A copy that the caller owns. */
  read(place: number, length: number): Uint8Array {
    const value = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = (place + done) % CHUNK_BYTES;
      const piece = (this.#chunks[this.#indexOf(place + done)] as Uint8Array).subarray(at, at + length - done);
      value.set(piece, done);
      done += piece.length;
    }
    return value;
  }

  /** Gives back what holds only values before a place. */
  dropBefore(place: number): void {
    for (let rest = Math.min(this.#indexOf(place), this.#chunks.length); rest > 0; rest--) {
      const dropped = this.#chunks.shift() as Uint8Array;
      this.#firstNumber++;
      if (this.#spares.length < MAX_SPARES) this.#spares.push(dropped);
    }
  }

  #indexOf(place: number): number {
    return Math.floor(place / CHUNK_BYTES) - this.#firstNumber;
  }

  #addPieces(value: Uint8Array, offset: number): void {
    let at = offset;
    for (let done = 0; done < value.length; ) {
      if (at === 0) this.#chunks.push(this.#spares.pop() ?? new Uint8Array(CHUNK_BYTES));
      const piece = value.subarray(done, done + CHUNK_BYTES - at);
      (this.#chunks[this.#chunks.length - 1] as Uint8Array).set(piece, at);
      done += piece.length;
      at = 0;
    }
  }
}
