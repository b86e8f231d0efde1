/** Bytes of tasks that are kept, */
const MAX_BYTES = 67_108_864;
/** and of those that one owner asked for, unless it is a single one. */
const MAX_BYTES_OF_OWNER = MAX_BYTES / 4;

/** How much is kept of tasks that may have to be sent, or sent again. */
export class KeptBytes {
  #bytes = 0;
  readonly #byOwner = new Map<string, number>();

  /** @param owner empty: nobody's, without a share. @returns false, and counts nothing, when that is too much */
  take(owner: string, byteCount: number): boolean {
    const own = this.#byOwner.get(owner) ?? 0;
    if (this.#bytes + byteCount > MAX_BYTES) return false;
    if (owner !== '' && own > 0 && own + byteCount > MAX_BYTES_OF_OWNER) return false;
    this.#set(owner, own, byteCount);
    return true;
  }

  give(owner: string, byteCount: number): void {
    this.#set(owner, this.#byOwner.get(owner) ?? 0, -byteCount);
  }

  #set(owner: string, own: number, change: number): void {
    this.#bytes += change;
    if (own + change > 0) this.#byOwner.set(owner, own + change);
    else this.#byOwner.delete(owner);
  }
}
