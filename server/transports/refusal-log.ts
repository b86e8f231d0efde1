/** One line at most in this time: refused peers shall not fill the log. */
const QUIET_MS = 10_000;

/** Writes down refused peers: the first at once, then the latest with the number of those between. */
export class RefusalLog {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #quietUntilMs = 0;
  #unwritten = 0;

  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  note(text: string): void {
    const now = this.#now();
    if (now < this.#quietUntilMs) {
      this.#unwritten += 1;
      return;
    }
    this.#write(this.#unwritten === 0 ? text : `${text} (and ${this.#unwritten} refused since the last such line)`);
    this.#quietUntilMs = now + QUIET_MS;
    this.#unwritten = 0;
  }
}
