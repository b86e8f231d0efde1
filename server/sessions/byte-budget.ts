/** Bytes that many holders share. */
export class ByteBudget {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** @returns false, and takes nothing, when less than `byteCount` is left */
  take(byteCount: number): boolean {
    if (this.#used + byteCount > this.limit) return false;
    this.#used += byteCount;
    return true;
  }

  give(byteCount: number): void {
    this.#used -= byteCount;
  }
}
