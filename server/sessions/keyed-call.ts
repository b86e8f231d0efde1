import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ByteWriter, type CallContext, type Peer } from '@polywire/protocol/wire';
import { type Clock, type KeyedOutcome, type KeyedRequest, PolywireError, type Timer } from '@polywire/sdk/core';

const FIRST_RESPONSE_BYTES = 64;

/**
 * A call that runs by itself, apart from the connection that it came on. Whoever asks for its
 * outcome gets the same bytes. It is the context of its handler.
 */
export class KeyedCall implements CallContext {
  readonly peer: Peer;
  readonly metadata: CallContext['metadata'];
  readonly #clock: Clock;
  readonly #endsAtMs: number | undefined;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<(outcome: KeyedOutcome) => void>();
  #deadline: Timer | undefined;

  constructor(request: KeyedRequest, clock: Clock) {
    const { peer, metadata, timeoutMs } = request;
    this.peer = peer;
    this.metadata = metadata;
    this.#clock = clock;
    this.#endsAtMs = timeoutMs === 0 ? undefined : clock.now() + timeoutMs;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get remainingMs(): number | undefined {
    return this.#endsAtMs === undefined ? undefined : Math.max(0, this.#endsAtMs - this.#clock.now());
  }

  /** Tells `done` the outcome. @returns ends that; the last one to withdraw the call aborts it */
  wait(done: (outcome: KeyedOutcome) => void): (reason: PolywireError | undefined) => void {
    this.#waiting.add(done);
    return (reason) => {
      this.#waiting.delete(done);
      if (reason?.code === ErrorCode.CANCELLED && this.#waiting.size === 0) this.abort(reason);
    };
  }

  /** Runs the handler; `ended` is called once, before anybody who waits is told, perhaps at once. */
  run({ bound, decode }: KeyedRequest, ended: (outcome: KeyedOutcome) => void): void {
    const finish = (outcome: KeyedOutcome): void => {
      this.#deadline?.cancel();
      ended(outcome);
      for (const done of this.#waiting) done(outcome);
      this.#waiting.clear();
    };
    const succeed = (response: unknown): void => {
      try {
        const writer = new ByteWriter(FIRST_RESPONSE_BYTES);
        bound.method.response.write(response, writer);
        finish({ response: writer.copy() });
      } catch (thrown) {
        fail(thrown);
      }
    };
    const fail = (thrown: unknown): void => finish({ error: PolywireError.from(thrown) });
    const { remainingMs } = this;
    if (remainingMs !== undefined) {
      const text = 'the deadline passed before the reply';
      const expire = (): void => this.abort(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text));
      this.#deadline = this.#clock.setTimer(remainingMs, expire);
    }
    let result: unknown;
    try {
      result = bound.invoke(decode(), this);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    if (isPromise(result)) result.then(succeed, fail);
    else succeed(result);
  }

  /** Tells the handler that nobody can want the outcome any more. */
  abort(error: PolywireError): void {
    this.#abort.abort(error);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
