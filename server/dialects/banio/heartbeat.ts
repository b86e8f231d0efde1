import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, type Deadline, type Deadlines, PolywireError } from '@polywire/sdk/core';

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** 0: a silent peer may stay. */
  readonly timeoutMs: number;
  /** Called once: no beat came for so long. */
  onSilence(error: PolywireError): void;
}

/** Watches for a peer that no longer shows that it lives. Its connecting counts as a beat. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #lastBeatMs: number;
  #deadline: Deadline | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#lastBeatMs = options.clock.now();
    this.#look();
  }

  beat(): void {
    this.#lastBeatMs = this.#options.clock.now();
  }

  stop(): void {
    if (this.#deadline !== undefined) this.#options.deadlines.drop(this.#deadline);
    this.#deadline = undefined;
  }

  /** A beat costs nothing: the deadline is moved only when it is reached. */
  #look(): void {
    const { clock, deadlines, timeoutMs, onSilence } = this.#options;
    if (timeoutMs === 0) return;
    const leftMs = timeoutMs - (clock.now() - this.#lastBeatMs);
    if (leftMs <= 0) onSilence(silent(timeoutMs));
    else this.#deadline = deadlines.set(leftMs, () => this.#look());
  }
}

function silent(timeoutMs: number): PolywireError {
  const text = `no ping or pong came for ${timeoutMs} ms (banio.heartbeat_timeout_ms)`;
  return new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text);
}
