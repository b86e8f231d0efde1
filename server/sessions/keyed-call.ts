import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ByteWriter, type CallContext, type Peer } from '@polywire/protocol/wire';
import {
  type Clock,
  type Deadline,
  type Deadlines,
  isPromise,
  type KeyedOutcome,
  type KeyedRequest,
  PolywireError,
} from '@polywire/sdk/core';

const FIRST_RESPONSE_BYTES = 1_024;
const MAX_KEPT_BYTES = 65_536;
/** Encoding calls nobody, so all calls share one. A writer that grew for one large response is not kept. */
let writer = new ByteWriter(FIRST_RESPONSE_BYTES);

/**
 * A call that runs by itself, apart from the connection that it came on. Whoever asks for its
 * outcome gets the same bytes. It is the context of its handler.
 */
export class KeyedCall implements CallContext {
  readonly peer: Peer;
  readonly metadata: CallContext['metadata'];
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #endsAtMs: number | undefined;
  #controller: AbortController | undefined;
  #aborted: PolywireError | undefined;
  readonly #waiting = new Set<(outcome: KeyedOutcome) => void>();
  #deadline: Deadline | undefined;

  /** @param deadlines shared by all keyed calls */
  constructor(request: KeyedRequest, clock: Clock, deadlines: Deadlines) {
    const { peer, metadata, timeoutMs } = request;
    this.peer = peer;
    this.metadata = metadata;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#endsAtMs = timeoutMs === 0 ? undefined : clock.now() + timeoutMs;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
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
      if (this.#deadline !== undefined) this.#deadlines.drop(this.#deadline);
      ended(outcome);
      for (const done of this.#waiting) done(outcome);
      this.#waiting.clear();
    };
    const succeed = (response: unknown): void => {
      try {
        writer.reset();
        bound.method.response.write(response, writer);
        const encoded = writer.copy();
        if (writer.capacity > MAX_KEPT_BYTES) writer = new ByteWriter(FIRST_RESPONSE_BYTES);
        finish({ response: encoded });
      } catch (thrown) {
        fail(thrown);
      }
    };
    const fail = (thrown: unknown): void => finish({ error: PolywireError.from(thrown) });
    let result: unknown;
    try {
      result = bound.invoke(decode(), this);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    if (!isPromise(result)) {
      succeed(result);
      return;
    }
    const { remainingMs } = this;
    if (remainingMs !== undefined) {
      const text = 'the deadline passed before the reply';
      const expire = (): void => this.abort(new PolywireError(ErrorCode.DEADLINE_EXCEEDED, text));
      this.#deadline = this.#deadlines.set(remainingMs, expire);
    }
    result.then(succeed, fail);
  }

  /** Tells the handler that nobody can want the outcome any more. */
  abort(error: PolywireError): void {
    this.#aborted ??= error;
    this.#controller?.abort(error);
  }
}
