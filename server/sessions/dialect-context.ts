import type { CallContext } from '@polywire/protocol/wire';
import type { PolywireError } from '@polywire/sdk/core';
import type { Session } from './session.js';

const noMetadata: Readonly<Record<string, string>> = {};

/**
 * The context of calls on a wire that has neither deadlines nor metadata: one object for all calls
 * of a session. Its signal is made when a handler asks for it.
 */
export class DialectContext implements CallContext {
  readonly remainingMs = undefined;
  readonly metadata = noMetadata;
  #abort: AbortController | undefined;
  #ended: PolywireError | undefined;

  constructor(readonly peer: Session) {}

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ended !== undefined) this.#abort.abort(this.#ended);
    }
    return this.#abort.signal;
  }

  /** The connection has ended: aborts what still runs. */
  end(error: PolywireError): void {
    this.#ended = error;
    this.#abort?.abort(error);
  }
}
