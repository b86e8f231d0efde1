import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, type Deadline, Deadlines, PolywireError } from '@polywire/sdk/core';
import { ByteBudget } from './byte-budget.js';
import { SharedBytes } from './shared-bytes.js';

export interface UnfinishedLimits {
  /** Bytes that all connections together may hold. */
  readonly maxUnfinishedBytes: number;
  /** Largest message in pieces; one connection may have two. */
  readonly maxMessageBytes: number;
  /** How long a message may stand unfinished while nothing comes. 0: for ever. */
  readonly stallTimeoutMs: number;
}

export interface StallLimit {
  readonly timeoutMs: number;
  /** The key of the configuration that says so. */
  readonly key: string;
}

export interface Receiver {
  /** In place of that of all. */
  readonly stall?: StallLimit;
  /** The peer is not read at present, so that nothing of it can come. */
  isHeldBack(): boolean;
  /** Ends the connection. */
  fail(error: PolywireError): void;
}

/** What connections hold of messages that have begun to come and are not whole: how much, and for how long. */
export class UnfinishedMessages {
  readonly budget: ByteBudget;
  /** Apart from `budget`: who sends pieces loses his message to it, not his connection. */
  readonly pieces: SharedBytes;
  readonly deadlines: Deadlines;
  readonly stall: StallLimit;

  constructor({ maxUnfinishedBytes, maxMessageBytes, stallTimeoutMs }: UnfinishedLimits, clock: Clock) {
    this.budget = new ByteBudget(maxUnfinishedBytes);
    const maxPiecesOfOwner = Math.max(maxUnfinishedBytes / 4, 2 * maxMessageBytes);
    this.pieces = new SharedBytes(Math.max(maxUnfinishedBytes, maxPiecesOfOwner), maxPiecesOfOwner);
    this.deadlines = new Deadlines(clock);
    this.stall = { timeoutMs: stallTimeoutMs, key: 'limits.stall_timeout_ms' };
  }
}

/** The part of one connection. To be made when there is something unfinished for the first time. */
export class UnfinishedInput {
  readonly #shared: UnfinishedMessages;
  readonly #receiver: Receiver;
  #heldBytes = 0;
  #deadline: Deadline | undefined;

  constructor(shared: UnfinishedMessages, receiver: Receiver) {
    this.#shared = shared;
    this.#receiver = receiver;
  }

  /**
   * Something has come, and `byteCount` bytes of what is not whole are held now. 0: nothing is, or the
   * connection has ended.
   */
  hold(byteCount: number): void {
    const { budget } = this.#shared;
    budget.give(this.#heldBytes);
    this.#heldBytes = 0;
    this.#dropDeadline();
    if (byteCount === 0) return;
    if (!budget.take(byteCount)) {
      this.#receiver.fail(tooMuch(budget));
      return;
    }
    this.#heldBytes = byteCount;
    this.#setDeadline();
  }

  #setDeadline(): void {
    const { deadlines } = this.#shared;
    const { timeoutMs, key } = this.#receiver.stall ?? this.#shared.stall;
    if (timeoutMs > 0) this.#deadline = deadlines.set(timeoutMs, () => this.#onStall(timeoutMs, key));
  }

  #onStall(timeoutMs: number, key: string): void {
    this.#deadline = undefined;
    if (this.#receiver.isHeldBack()) {
      this.#setDeadline();
      return;
    }
    const text = `a message stood unfinished for ${timeoutMs} ms (${key})`;
    this.#receiver.fail(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text));
  }

  #dropDeadline(): void {
    if (this.#deadline === undefined) return;
    this.#shared.deadlines.drop(this.#deadline);
    this.#deadline = undefined;
  }
}

function tooMuch({ used, limit }: ByteBudget): PolywireError {
  const text = `unfinished messages of all connections hold ${used} bytes; the limit is ${limit} (limits.max_unfinished_bytes)`;
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(limit) } });
}
