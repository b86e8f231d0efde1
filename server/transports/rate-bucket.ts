const MS_PER_SECOND = 1_000;

/** An allowance that refills steadily and holds so much. */
export class RateBucket {
  readonly #perSecond: number;
  readonly #size: number;
  #left: number;
  #filledAtMs: number;

  /**
   * @param perSecond what one second brings
   * @param size the most that it holds, at least 1. Default: what one second brings
   */
  constructor(perSecond: number, nowMs: number, size = perSecond) {
    this.#perSecond = perSecond;
    this.#size = size;
    this.#left = size;
    this.#filledAtMs = nowMs;
  }

  /** Takes one, if it is there. @returns milliseconds until it is; 0: it was taken */
  take(nowMs: number): number {
    this.#fill(nowMs);
    if (this.#left < 1) return this.#msUntil(1);
    this.#left -= 1;
    return 0;
  }

  /**
   * Takes an amount that is gone already, even if less is left: what is missing has to come back
   * before the bucket is above nothing again.
   */
  charge(amount: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#left -= amount;
  }

  /** More was charged than there was. */
  isOverdrawn(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#left < 0;
  }

  /** Milliseconds until something is left; 0: something is. */
  emptyForMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#left > 0 ? 0 : this.#msUntil(1);
  }

  #fill(nowMs: number): void {
    const gained = ((nowMs - this.#filledAtMs) * this.#perSecond) / MS_PER_SECOND;
    this.#left = Math.min(this.#size, this.#left + gained);
    this.#filledAtMs = nowMs;
  }

  #msUntil(amount: number): number {
    return Math.ceil(((amount - this.#left) * MS_PER_SECOND) / this.#perSecond);
  }
}
