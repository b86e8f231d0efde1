import type { Deadline } from '../core/index.js';

/** Time, as a call that waits needs it. */
export interface WaitTime {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `expire` once, unless it is dropped. */
  after(delayMs: number, expire: () => void): Deadline;
  drop(deadline: Deadline): void;
}

export interface CallWaitOptions {
  readonly signal: AbortSignal | undefined;
  /** Unix milliseconds; Infinity: none. */
  readonly deadlineMs: number;
  /** Milliseconds after which the wait is over by itself; 0: it is not. */
  readonly delayMs: number;
  onAbort(signal: AbortSignal): void;
  onDeadline(): void;
  onDelay(): void;
}

/** The time that a call spends without a connection: its deadline and its signal go on. */
export class CallWait {
  readonly #time: WaitTime;
  #timers: Deadline[] = [];
  #stopListening: (() => void) | undefined;

  constructor(time: WaitTime) {
    this.#time = time;
  }

  begin({ signal, deadlineMs, delayMs, onAbort, onDeadline, onDelay }: CallWaitOptions): void {
    if (signal !== undefined) {
      const listener = (): void => onAbort(signal);
      signal.addEventListener('abort', listener, { once: true });
      this.#stopListening = () => signal.removeEventListener('abort', listener);
    }
    if (deadlineMs !== Number.POSITIVE_INFINITY) {
      this.#timers.push(this.#time.after(Math.max(0, deadlineMs - this.#time.now()), onDeadline));
    }
    if (delayMs > 0) this.#timers.push(this.#time.after(delayMs, onDelay));
  }

  end(): void {
    for (const timer of this.#timers) this.#time.drop(timer);
    this.#timers = [];
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}
