/** A timer that was set. */
export interface Timer {
  /** After it has run this does nothing. */
  cancel(): void;
}

/** Time, passed in. Nothing below `core` asks the machine for it. */
export interface Clock {
  /** Unix milliseconds; never moves backwards. */
  now(): number;
  /** Calls `run` once, `delayMs` from now or a little later. Any delay is allowed, also beyond 2^31 ms. */
  setTimer(delayMs: number, run: () => void): Timer;
}
