import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import { cancelled, type OutgoingCall, type OutgoingSink, PolywireError, type StartedCall } from '../core/index.js';
import type { CallKeeper } from './call-keeper.js';
import { CallWait } from './call-wait.js';
import type { Connection } from './connection.js';
import type { AnyFollower } from './resumption.js';

/** Backoff of a stream that the server does not take up again although it is connected. */
const RETRY_MS = 1_000;

/**
 * A unary call, or a stream of responses, that outlives connections. It is in one of three
 * places: on a connection, waiting for one, or ended, which happens once.
 *
 * The request is kept, not copied, until the call ends: it must not be changed before.
 */
export class LastingCall implements StartedCall, OutgoingSink {
  readonly #keeper: CallKeeper;
  readonly #service: CallsDescriptor;
  readonly #method: CallDescriptor;
  readonly #options: CallOptions;
  readonly #sink: OutgoingSink;
  readonly #follower: AnyFollower | undefined;
  readonly #deadlineMs: number;
  #request: unknown;
  /** Where it is, or was last. */
  #connection: Connection | undefined;
  #started: OutgoingCall | undefined;
  #key: string;
  #retriesLeft: number;
  /** Something of it came: the stream stood once. */
  #stood = false;
  #wait: CallWait | undefined;
  #ended = false;

  constructor(
    keeper: CallKeeper,
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    options: CallOptions,
    sink: OutgoingSink,
    follower: AnyFollower | undefined,
  ) {
    this.#keeper = keeper;
    this.#service = service;
    this.#method = method;
    this.#request = request;
    this.#options = options;
    this.#sink = sink;
    this.#follower = follower;
    const { timeoutMs = 0 } = options;
    this.#deadlineMs = timeoutMs > 0 ? keeper.now() + timeoutMs : Number.POSITIVE_INFINITY;
    this.#key = options.idempotencyKey ?? '';
    this.#retriesLeft = method.idempotent ? (options.retries ?? keeper.retries) : 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** It waits for an answer, as opposed to a stream. */
  get isUnary(): boolean {
    return this.#method.kind === 'unary';
  }

  /** Its stream goes on over another connection. */
  get follows(): boolean {
    return this.#follower !== undefined;
  }

  /**
   * Sends it on a connection.
   * @throws PolywireError, WireError when it cannot be sent
   */
  send(connection: Connection): void {
    const { signal, metadata } = this.#options;
    const options: CallOptions = {};
    if (signal !== undefined) options.signal = signal;
    if (metadata !== undefined) options.metadata = metadata;
    if (this.#deadlineMs !== Number.POSITIVE_INFINITY) {
      options.timeoutMs = Math.max(1, Math.ceil(this.#deadlineMs - this.#keeper.now()));
    }
    if (
      this.isUnary &&
      this.#key === '' &&
      !this.#method.idempotent &&
      this.#keeper.reconnects &&
      connection.keepsOutcomes
    ) {
      this.#key = this.#keeper.nextKey();
    }
    if (this.#key !== '') options.idempotencyKey = this.#key;
    this.#leaveWait();
    this.#connection = connection;
    this.#started = connection.engine.outgoing.begin(this.#service, this.#method, this.#request, false, options, this);
  }

  /** Waits for the next connection; with a delay, on the present one no longer than that. */
  wait(delayMs = 0): void {
    this.#started = undefined;
    this.#wait = new CallWait(this.#keeper);
    this.#wait.begin({
      signal: this.#options.signal,
      deadlineMs: this.#deadlineMs,
      delayMs,
      onAbort: (signal) => this.fail(cancelled(signal)),
      onDeadline: () => this.fail(this.#late()),
      onDelay: () => {
        this.#leaveWait();
        this.#resend();
      },
    });
    this.#keeper.wait(this);
  }

  /** For the keeper: there is a connection, and this call waits. */
  onConnected(): void {
    this.#leaveWait();
    this.#decide(undefined);
  }

  /** For the keeper: a stream that goes on elsewhere is taken away from the connection that is left. */
  moveTo(connection: Connection): void {
    if (this.#ended || this.#started === undefined || this.#connection === connection) return;
    this.#started.abandon();
    this.#started = undefined;
    this.#decide(undefined);
  }

  /** For the keeper: no connection will come any more. */
  onClosed(error: PolywireError): void {
    if (!this.#ended) this.#lostFor(error);
  }

  onMessage(message: unknown, bytes: number): void {
    this.#stood = true;
    if (this.#follower === undefined) this.#sink.onMessage(message, bytes);
    else this.#follower.take(message, (item) => this.#emit(item, bytes));
    if (this.isUnary) this.#end(false);
  }

  onEnd(): void {
    if (this.#ended) {
      if (this.isUnary) this.#sink.onEnd();
      return;
    }
    this.#end(false);
    this.#sink.onEnd();
  }

  onError(error: PolywireError): void {
    const connection = this.#connection as Connection;
    this.#started = undefined;
    if (this.#ended) return;
    if (error === connection.lostWith) {
      this.#onLost(error);
    } else if (error.code === ErrorCode.DRAINING && this.#keeper.reconnects && !this.#stood) {
      // It was refused before anything was done.
      this.#connection = undefined;
      this.#keeper.refusedBy(connection, error);
      this.#resend();
    } else if (this.#retriesLeft > 0 && this.#passes(error)) {
      this.#retriesLeft--;
      this.wait(Math.max(1, error.retryAfterMs));
    } else if (this.#stood && this.#follower?.refused?.(error) === true) {
      this.#resend();
    } else if (this.#stood && this.#follower !== undefined && this.#goesOn(error)) {
      this.wait(Math.max(RETRY_MS, error.retryAfterMs));
    } else {
      this.fail(error);
    }
  }

  sendItem(): void {}

  endRequests(): void {}

  room(): Promise<void> | undefined {
    return this.#started?.room();
  }

  cancel(error: PolywireError): void {
    if (this.#ended) return;
    this.#started?.abandon();
    this.fail(error);
  }

  fail(error: PolywireError): void {
    if (this.#ended) return;
    this.#end(true);
    this.#sink.onError(error);
  }

  /** It may be sent again without a thought. */
  get #mayRepeat(): boolean {
    return this.#follower !== undefined || (this.isUnary && this.#method.idempotent);
  }

  #emit(item: unknown, bytes: number): void {
    if (!this.#ended) this.#sink.onMessage(item, bytes);
  }

  /** The connection that it was on is gone. */
  #onLost(error: PolywireError): void {
    const { closedWith, reconnects, connection } = this.#keeper;
    if (closedWith !== undefined) this.#lostFor(closedWith);
    else if (!reconnects) this.fail(error);
    else if (!this.#mayRepeat && this.#key === '') this.#lostFor(error);
    // The keeper may be about to be told.
    else if (connection === undefined || connection === this.#connection) this.wait();
    else this.#decide(error);
  }

  /** There is a connection: sends the call, again or at last, or gives it up. */
  #decide(error: PolywireError | undefined): void {
    const before = this.#connection;
    if (before === undefined || this.#mayRepeat) this.#resend();
    else if (this.isUnary && this.#key !== '' && this.#keeper.resumedSince(before)) this.#resend();
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
      this.fail(PolywireError.from(thrown));
    }
  }

  /** Gives the call up because of the connection. */
  #lostFor(error: PolywireError | undefined): void {
    const name = `${this.#service.typeName}.${this.#method.name}`;
    const cause = error ?? new PolywireError(ErrorCode.UNAVAILABLE, 'the connection was lost');
    const withdrawn = cause.code === ErrorCode.CANCELLED;
    if (this.#connection === undefined || withdrawn || !this.#keeper.reconnects) {
      this.fail(cause);
    } else if (this.isUnary && !this.#method.idempotent) {
      const text = `${name} was sent, and the connection was lost before its answer came: ${cause.message}`;
      this.fail(new PolywireError(ErrorCode.OUTCOME_UNKNOWN, text, { cause }));
    } else if (this.#keeper.closedWith !== undefined) {
      this.fail(cause);
    } else {
      const text = `${name} ended with its connection: ${cause.message}`;
      this.fail(new PolywireError(ErrorCode.UNAVAILABLE, text, { cause }));
    }
  }

  /** A later try of the same call may succeed. */
  #passes(error: PolywireError): boolean {
    const { code, retryAfterMs } = error;
    const passing =
      code === ErrorCode.RATE_LIMITED ||
      ((code === ErrorCode.UNAVAILABLE || code === ErrorCode.RESOURCE_EXHAUSTED) && retryAfterMs > 0);
    return passing && this.#keeper.now() + retryAfterMs < this.#deadlineMs;
  }

  /** A stream that stood may be taken up again. */
  #goesOn(error: PolywireError): boolean {
    return error.retryable && error.code !== ErrorCode.DEADLINE_EXCEEDED && this.#keeper.reconnects;
  }

  #late(): PolywireError {
    const { timeoutMs = 0 } = this.#options;
    const sent = this.#connection === undefined ? 'was never sent' : 'was not answered';
    const text = `${this.#service.typeName}.${this.#method.name} ${sent} within ${timeoutMs} ms: there is no connection`;
    return new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text, { details: { timeout_ms: String(timeoutMs) } });
  }

  #leaveWait(): void {
    if (this.#wait === undefined) return;
    this.#wait.end();
    this.#wait = undefined;
    this.#keeper.unwait(this);
  }

  #end(failed: boolean): void {
    this.#ended = true;
    this.#leaveWait();
    this.#request = undefined;
    this.#keeper.ended(this, failed);
  }
}
