import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { OutgoingCall, type OutgoingSink, PolywireError, type Timer } from '../core/index.js';
import type { CallKeeper } from './call-keeper.js';
import type { LastingConnection } from './lasting-connection.js';
import type { AnyFollower } from './resumption.js';

/** Backoff of a stream that the server does not take up again although it is connected. */
const RETRY_MS = 1_000;

/**
 * A unary call, or a stream of responses, that outlives connections. It is in one of three
 * places: on a connection, waiting for one, or ended, which happens once.
 *
 * The request is kept, not copied, until the call ends: it must not be changed before.
 */
export class LastingCall extends OutgoingCall {
  readonly #keeper: CallKeeper;
  readonly #follower: AnyFollower | undefined;
  #request: unknown;
  /** Where it is, or was last. */
  #connection: LastingConnection | undefined;
  #retriesLeft: number;
  /** Something of it came: the stream stood once. */
  #stood = false;
  #waits = false;
  #timer: Timer | undefined;

  constructor(
    keeper: CallKeeper,
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    options: CallOptions,
    sink: OutgoingSink,
    follower: AnyFollower | undefined,
  ) {
    super(service, method, options, sink);
    this.#keeper = keeper;
    this.#request = request;
    this.#follower = follower;
    this.#retriesLeft = method.idempotent ? (options.retries ?? keeper.retries) : 0;
  }

  /** Its stream goes on over another connection. */
  get follows(): boolean {
    return this.#follower !== undefined;
  }

  /**
   * Sends it on a connection.
   * @throws PolywireError, WireError when it cannot be sent
   */
  send(connection: LastingConnection): void {
    const { reconnects } = this.#keeper;
    if (!this.#mayRepeat && this.hasOneAnswer && this.key === '' && reconnects && connection.keepsOutcomes) {
      this.key = this.#keeper.nextKey();
    }
    this.#leaveWait();
    this.#connection = connection;
    connection.engine.outgoing.send(this, this.#request, false);
  }

  /** Waits for the next connection; with a delay, on the present one no longer than that. */
  wait(delayMs = 0): void {
    const { timeoutMs = 0 } = this.options;
    const nowMs = this.#keeper.now();
    if (this.dueMs === 0) this.dueMs = timeoutMs > 0 ? nowMs + timeoutMs : Number.POSITIVE_INFINITY;
    const leftMs = Math.max(0, this.dueMs - nowMs);
    const goesOn = delayMs > 0 && delayMs < leftMs;
    this.#waits = true;
    this.#timer = this.#keeper.wait(this, goesOn ? delayMs : leftMs, () => {
      this.#leaveWait();
      if (goesOn) this.#resend();
      else this.cancel(this.#late());
    });
  }

  /** For the keeper: there is a connection, and this call waits. */
  onConnected(): void {
    this.#leaveWait();
    this.#decide(undefined);
  }

  /** For the keeper: a stream that goes on elsewhere is taken away from the connection that is left. */
  moveTo(connection: LastingConnection): void {
    if (this.on === undefined || this.#connection === connection) return;
    this.withdraw();
    this.#decide(undefined);
  }

  /** For the keeper: no connection will come any more. */
  onClosed(error: PolywireError): void {
    if (!this.ended) this.#lostFor(error);
  }

  override deliver(message: unknown, bytes: number): void {
    this.#stood = true;
    if (this.#follower === undefined) {
      super.deliver(message, bytes);
      return;
    }
    this.#follower.take(message, (item) => {
      if (!this.ended) super.deliver(item, bytes);
    });
  }

  override fail(error: PolywireError): void {
    const connection = this.#connection as LastingConnection;
    const { code, retryable, retryAfterMs } = error;
    const { reconnects } = this.#keeper;
    if (error === connection.lostWith) {
      this.#onLost(error);
    } else if (code === ErrorCode.DRAINING && reconnects && !this.#stood) {
      // It was refused before anything was done.
      this.#connection = undefined;
      this.#keeper.refusedBy(connection, error);
      this.#resend();
    } else if (this.#retriesLeft > 0 && this.#passes(error)) {
      this.#retriesLeft--;
      this.wait(Math.max(1, retryAfterMs));
    } else if (this.#stood && this.#follower?.refused?.(error) === true) {
      this.#resend();
    } else if (this.#stood && this.follows && retryable && code !== ErrorCode.DEADLINE_EXCEEDED && reconnects) {
      this.wait(Math.max(RETRY_MS, retryAfterMs));
    } else {
      this.end(error);
    }
  }

  override end(error?: PolywireError): void {
    this.#leaveWait();
    this.#request = undefined;
    this.#keeper.ended(this, error !== undefined);
    super.end(error);
  }

  /** It may be sent again without a thought. */
  get #mayRepeat(): boolean {
    return this.follows || (this.hasOneAnswer && this.method.idempotent);
  }

  /** The connection that it was on is gone. */
  #onLost(error: PolywireError): void {
    const { closedWith, reconnects, connection } = this.#keeper;
    if (closedWith !== undefined) this.#lostFor(closedWith);
    else if (!reconnects) this.end(error);
    else if (!this.#mayRepeat && this.key === '') this.#lostFor(error);
    // The keeper may be about to be told.
    else if (connection === undefined || connection === this.#connection) this.wait();
    else this.#decide(error);
  }

  /** There is a connection: sends the call, again or at last, or gives it up. */
  #decide(error: PolywireError | undefined): void {
    const before = this.#connection;
    const keyed = this.hasOneAnswer && this.key !== '';
    if (before === undefined || this.#mayRepeat || (keyed && this.#keeper.resumedSince(before))) this.#resend();
    else this.#lostFor(error ?? before.lostWith);
  }

  #resend(): void {
    const { connection, closedWith } = this.#keeper;
    if (connection === undefined) {
      if (closedWith === undefined) this.wait();
      else this.#lostFor(closedWith);
      return;
    }
    if (this.#follower !== undefined && this.#stood) this.#request = this.#follower.resumeRequest();
    try {
      this.send(connection);
    } catch (thrown) {
      this.end(PolywireError.from(thrown));
    }
  }

  /** Gives the call up because of the connection. */
  #lostFor(error: PolywireError | undefined): void {
    const cause = error ?? new PolywireError(ErrorCode.UNAVAILABLE, 'the connection was lost');
    const { reconnects, closedWith } = this.#keeper;
    const isWrite = this.hasOneAnswer && !this.method.idempotent;
    if (
      this.#connection === undefined ||
      cause.code === ErrorCode.CANCELLED ||
      !reconnects ||
      (closedWith !== undefined && !isWrite)
    ) {
      this.end(cause);
      return;
    }
    const code = isWrite ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.UNAVAILABLE;
    const what = isWrite ? 'was sent, and the connection was lost before its answer came' : 'ended with its connection';
    this.end(new PolywireError(code, `${this.name} ${what}: ${cause.message}`, { cause }));
  }

  /** A later try of the same call may succeed. */
  #passes({ code, retryAfterMs }: PolywireError): boolean {
    const passing =
      code === ErrorCode.RATE_LIMITED ||
      ((code === ErrorCode.UNAVAILABLE || code === ErrorCode.RESOURCE_EXHAUSTED) && retryAfterMs > 0);
    return passing && this.#keeper.now() + retryAfterMs < this.dueMs;
  }

  #late(): PolywireError {
    const { timeoutMs } = this.options;
    const sent = this.#connection === undefined ? 'was never sent' : 'was not answered';
    const text = `${this.name} ${sent} within ${timeoutMs} ms: there is no connection`;
    return new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text, { details: { timeout_ms: String(timeoutMs) } });
  }

  #leaveWait(): void {
    if (!this.#waits) return;
    this.#waits = false;
    this.#timer?.cancel();
    this.#keeper.unwait(this);
  }
}
