import type { CallDescriptor, CallOptions, CallsDescriptor, StartedCall } from '@polywire/protocol/wire';
import type { OutgoingSink } from './outgoing-call.js';

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
