import { ByteBudget } from './byte-budget.js';

/** Bytes that many owners share, none of whom may have more than his part of them. */
export class SharedBytes {
  readonly #all: ByteBudget;
  readonly #maxOfOwner: number;
  readonly #byOwner = new Map<string, number>();

  constructor(limit: number, maxOfOwner: number) {
    this.#all = new ByteBudget(limit);
    this.#maxOfOwner = maxOfOwner;
  }

  get used(): number {
    return this.#all.used;
  }

  /**
   * @param owner `principalOf` a session; empty: nobody's, without a part
   * @returns false, and takes nothing, when it is too much. The first that an owner takes may be more than his part
   */
  take(owner: string, byteCount: number): boolean {
    const own = this.#byOwner.get(owner) ?? 0;
    if (owner !== '' && own > 0 && own + byteCount > this.#maxOfOwner) return false;
    if (!this.#all.take(byteCount)) return false;
    if (byteCount > 0) this.#byOwner.set(owner, own + byteCount);
    return true;
  }

  give(owner: string, byteCount: number): void {
    this.#all.give(byteCount);
    const left = (this.#byOwner.get(owner) ?? 0) - byteCount;
    if (left > 0) this.#byOwner.set(owner, left);
    else this.#byOwner.delete(owner);
  }
}
