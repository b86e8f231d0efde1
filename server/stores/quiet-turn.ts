/** A turn without much in it takes 10 to 20 µs. */
const MOST_TURNS = 64;

/**
 * Waits for a turn of the event loop that brings nothing more. What arrives together, and what those who
 * were just answered ask next, comes in turns that follow one another without a pause. It does not wait for ever.
 */
export class QuietTurn {
  readonly #countOf: () => number;
  readonly #done: () => void;
  #isWaiting = false;
  #seen = 0;
  #turns = 0;
  readonly #onTurn = (): void => {
    const count = this.#countOf();
    if (count !== this.#seen && ++this.#turns < MOST_TURNS) {
      this.#seen = count;
      setImmediate(this.#onTurn);
      return;
    }
    this.#isWaiting = false;
    this.#done();
  };

  /**
   * @param countOf how much has come
   * @param done called once for each wait; it may begin the next
   */
  constructor(countOf: () => number, done: () => void) {
    this.#countOf = countOf;
    this.#done = done;
  }

  /** Begins to wait, unless that has begun. @param seen how much there was; another number: this turn is not quiet */
  wait(seen: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#seen = seen;
    this.#turns = 0;
    setImmediate(this.#onTurn);
  }
}
