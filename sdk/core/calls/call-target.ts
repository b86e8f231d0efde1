import type { CallDescriptor, CallOptions, CallsDescriptor } from '@polywire/protocol/wire';
import type { PolywireError } from '../error.js';
import type { OutgoingSink } from './outgoing-call.js';

/** A call that was begun. */
export interface StartedCall {
  readonly ended: boolean;
  /** Sends a further request of a client stream. Throws when it cannot be encoded. */
  sendItem(item: unknown): void;
  /** Ends the client stream; the response is still to come. */
  endRequests(): void;
  /** Withdraws the call and fails it on this side. */
  cancel(error: PolywireError): void;
  /** Undefined when the connection has room for a further request, else a promise of it. */
  room(): Promise<void> | undefined;
}

/** What begins calls: one connection, or what outlives connections. */
export interface CallStarter {
  /**
   * Begins a call.
   * @param request undefined: the call begins with an empty stream
   * @param more further requests follow
   * @throws PolywireError when it cannot begin: nothing was sent then
   */
  begin(
    service: CallsDescriptor,
    method: CallDescriptor,
    request: unknown,
    more: boolean,
    options: CallOptions,
    sink: OutgoingSink,
  ): StartedCall;
  /** Undefined when a stream of requests may begin now, else a promise of it. Missing: it always may. */
  ready?(options: CallOptions): Promise<void> | undefined;
}

/** Has calls begun on it; a CallEngine is one. */
export interface CallTarget {
  readonly outgoing: CallStarter;
}
