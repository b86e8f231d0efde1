/**
 * A timer that is put off far more often than it fires: putting it off costs nothing, as it looks
 * for what it was put off to only when it fires. Keeps no process alive.
 */
export class DueTimer {
  readonly #run: () => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Runs in `delayMs`, instead of what was said before; undefined: not at all. */
  setAfter(delayMs: number | undefined): void {
    this.#dueMs = delayMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + delayMs;
    if (this.#dueMs < this.#timerAtMs) this.#arm();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = this.#dueMs;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.ceil(this.#dueMs - performance.now())));
    this.#timer.unref();
  }

  #fire(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    if (this.#dueMs === Number.POSITIVE_INFINITY) return;
    if (this.#dueMs > performance.now()) {
      this.#arm();
      return;
    }
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#run();
  }
}
