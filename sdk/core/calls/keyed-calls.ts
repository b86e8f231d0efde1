import type { CallContext, Peer } from '@polywire/protocol/wire';
import type { PolywireError } from '../error.js';
import type { BoundMethod } from './bound-method.js';

/** A unary request with an idempotency key. */
export interface KeyedRequest {
  readonly bound: BoundMethod;
  readonly peer: Peer;
  readonly key: string;
  /** The encoded request. Borrowed: it is there until `join` returns. */
  readonly payload: Uint8Array;
  /** Milliseconds that the caller will wait; 0: no deadline. */
  readonly timeoutMs: number;
  readonly metadata: CallContext['metadata'];
  /** Decodes the request into a message that owns its bytes; only until `join` returns. */
  decode(): unknown;
}

/** How a keyed call ended: the encoded response, which never changes again, or the error. */
export type KeyedOutcome =
  | { readonly response: Uint8Array; readonly error?: undefined }
  | { readonly error: PolywireError };

/** Runs requests that have an idempotency key, each once. */
export interface KeyedCalls {
  /**
   * Begins the call, or takes part in the one with the same key, whether it runs or has ended.
   *
   * @param done called once with the outcome, perhaps before this returns
   * @returns ends the interest in the outcome, not the call; only a caller that withdrew the call
   * (CANCELLED), when no other is interested, ends that too
   * @throws PolywireError INVALID_ARGUMENT when the same key came with another request
   */
  join(request: KeyedRequest, done: (outcome: KeyedOutcome) => void): (reason: PolywireError | undefined) => void;
}
