import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import {
  type CallStarter,
  type Clock,
  cancelled,
  type OutgoingSink,
  PolywireError,
  type StartedCall,
  type Timer,
} from '../core/index.js';
import type { CallKeeper } from './call-keeper.js';
import { LastingCall } from './lasting-call.js';
import type { LastingConnection } from './lasting-connection.js';
import type { OwnSession, ResumptionTable } from './resumption.js';

export interface LastingCallsOptions {
  readonly clock: Clock;
  readonly reconnects: boolean;
  /** What a call does that is made without a connection. */
  readonly whileDisconnected: 'wait' | 'fail';
  /** Calls that may wait for a connection at once. */
  readonly maxQueuedCalls: number;
  readonly retries: number;
  readonly resumptions: ResumptionTable;
  /** Begins the idempotency keys of this client. */
  readonly nonce: string;
  /** The server takes no new calls on this connection. */
  onRefused(connection: LastingConnection, error: PolywireError): void;
}

/** Session ids of the past that are still known as this client's own. */
const MAX_OWN_SESSIONS = 64;

/** The calls of a client. They begin on the present connection, and outlive it where they can. */
export class LastingCalls implements CallStarter, CallKeeper, OwnSession {
  readonly #options: LastingCallsOptions;
  readonly #waiting = new Set<LastingCall>();
  /** Streams that go on over other connections. */
  readonly #following = new Set<LastingCall>();
  readonly #whenReady: Set<() => void> = new Set();
  readonly #whenAnswered: (() => void)[] = [];
  readonly #ownSessions: string[] = [];
  #resumedFrom = new WeakSet<LastingConnection>();
  #keys = 0;
  /** Unary calls that wait for their answers. */
  unanswered = 0;
  /** Calls that failed. */
  failures = 0;
  connection: LastingConnection | undefined;
  closedWith: PolywireError | undefined;

  constructor(options: LastingCallsOptions) {
    this.#options = options;
  }

  get reconnects(): boolean {
    return this.#options.reconnects;
  }

  get retries(): number {
    return this.#options.retries;
  }

  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): StartedCall {
    if (this.closedWith !== undefined) throw this.closedWith;
    const { connection } = this;
    if (method.kind === 'client-stream' || method.kind === 'bidi-stream') {
      if (connection === undefined) throw noConnection();
      return connection.engine.outgoing.begin(service, method, request, more, options, sink);
    }
    if (options.signal?.aborted === true) throw cancelled(options.signal);
    const follower =
      method.kind === 'unary' ? undefined : this.#options.resumptions.find(method)?.follow(request, this);
    const call = new LastingCall(this, service, method, request, options, sink, follower);
    if (connection !== undefined) {
      call.send(connection);
    } else {
      this.#checkRoom();
      call.wait();
    }
    call.listen();
    // From here on it ends through `ended`.
    if (call.hasOneAnswer) this.unanswered++;
    if (call.follows) this.#following.add(call);
    return call;
  }

  ready(options: CallOptions): Promise<void> | undefined {
    if (this.connection !== undefined || this.closedWith !== undefined) return undefined;
    this.#checkRoom();
    const { signal, timeoutMs = 0 } = options;
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const settle = (): void => {
        this.#whenReady.delete(settle);
        timer?.cancel();
        signal?.removeEventListener('abort', settle);
        if (this.connection !== undefined) resolve();
        else reject(this.closedWith ?? (signal?.aborted === true ? cancelled(signal) : noConnection()));
      };
      this.#whenReady.add(settle);
      signal?.addEventListener('abort', settle, { once: true });
      if (timeoutMs > 0) timer = this.#options.clock.setTimer(timeoutMs, settle);
    });
  }

  /** There is a connection: what waits goes on, in the order in which it was begun. */
  onConnected(connection: LastingConnection): void {
    const { sessionId } = connection;
    if (!this.#ownSessions.includes(sessionId)) this.#ownSessions.push(sessionId);
    if (this.#ownSessions.length > MAX_OWN_SESSIONS) this.#ownSessions.shift();
    if (!connection.resumed) this.#resumedFrom = new WeakSet();
    this.#resumedFrom.add(connection);
    this.connection = connection;
    for (const call of [...this.#waiting]) call.onConnected();
    for (const call of [...this.#following]) call.moveTo(connection);
    for (const settle of [...this.#whenReady]) settle();
  }

  /** There is none: new calls wait. */
  onDisconnected(): void {
    this.connection = undefined;
  }

  /** No connection will come: every call ends, now and later. */
  close(error: PolywireError): void {
    this.connection = undefined;
    this.closedWith = error;
    for (const call of [...this.#waiting]) call.onClosed(error);
    for (const settle of [...this.#whenReady]) settle();
  }

  /** Resolves when no unary call waits for its answer. */
  answered(): Promise<void> {
    if (this.unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenAnswered.push(resolve));
  }

  isOwn(sessionId: string): boolean {
    return this.#ownSessions.includes(sessionId);
  }

  resumedSince(since: LastingConnection): boolean {
    return this.#resumedFrom.has(since);
  }

  now(): number {
    return this.#options.clock.now();
  }

  nextKey(): string {
    return `${this.#options.nonce}.${(++this.#keys).toString(36)}`;
  }

  wait(call: LastingCall, delayMs: number, expire: () => void): Timer | undefined {
    this.#waiting.add(call);
    return delayMs < Number.POSITIVE_INFINITY ? this.#options.clock.setTimer(delayMs, expire) : undefined;
  }

  unwait(call: LastingCall): void {
    this.#waiting.delete(call);
  }

  ended(call: LastingCall, failed: boolean): void {
    if (failed) this.failures++;
    if (call.follows) this.#following.delete(call);
    if (!call.hasOneAnswer || --this.unanswered > 0) return;
    for (const resolve of this.#whenAnswered.splice(0)) resolve();
  }

  refusedBy(connection: LastingConnection, error: PolywireError): void {
    this.#options.onRefused(connection, error);
  }

  #checkRoom(): void {
    const { whileDisconnected, maxQueuedCalls } = this.#options;
    if (whileDisconnected === 'fail') throw noConnection();
    if (this.#waiting.size + this.#whenReady.size < maxQueuedCalls) return;
    const text = `${maxQueuedCalls} calls wait for a connection already (maxQueuedCalls)`;
    throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(maxQueuedCalls) } });
  }
}

function noConnection(): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, 'there is no connection to the server at present');
}
