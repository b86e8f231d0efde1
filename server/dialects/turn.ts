/** After so many bytes of payloads, in and out, the other connections have theirs. */
const TURN_BYTES = 1_048_576;

/** The time that one connection has before all others have theirs, in bytes of what it is doing. */
export class Turn {
  readonly #onNext: () => void;
  #bytes = 0;
  #isNextPlanned = false;

  /** @param onNext called when the others had their turn, after `end` */
  constructor(onNext: () => void) {
    this.#onNext = onNext;
  }

  begin(): void {
    this.#bytes = 0;
  }

  spend(byteCount: number): void {
    this.#bytes += byteCount;
  }

  get isOver(): boolean {
    return this.#bytes >= TURN_BYTES;
  }

  /** It was ended, and the next has not come. */
  get isOthers(): boolean {
    return this.#isNextPlanned;
  }

  end(): void {
    if (this.#isNextPlanned) return;
    this.#isNextPlanned = true;
    setImmediate(() => {
      this.#isNextPlanned = false;
      this.#onNext();
    });
  }
}
