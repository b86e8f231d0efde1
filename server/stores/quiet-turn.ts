/**
 * Waits for a turn of the event loop that brings nothing more. What arrives together, and what those who
 * were just answered ask next, comes in turns that follow one another without a pause.
 */
export class QuietTurn {
  readonly #countOf: () => number;
  readonly #enough: number;
  readonly #done: () => void;
  #isWaiting = false;
  #seen = 0;
  readonly #onTurn = (): void => {
    const count = this.#countOf();
    if (count !== this.#seen && count < this.#enough) {
      this.#seen = count;
      setImmediate(this.#onTurn);
      return;
    }
    this.#isWaiting = false;
    this.#done();
  };

  /**
   * @param countOf how much has come
   * @param enough so much is not waited with any longer than to the end of a turn
   * @param done called once for each wait; it may begin the next
   */
  constructor(countOf: () => number, enough: number, done: () => void) {
    this.#countOf = countOf;
    this.#enough = enough;
    this.#done = done;
  }

  /** Begins to wait, unless that has begun. @param seen how much there was; another number: this turn is not quiet */
  wait(seen: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#seen = seen;
    setImmediate(this.#onTurn);
  }
}
