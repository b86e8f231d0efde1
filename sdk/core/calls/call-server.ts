import type { Route } from '@polywire/protocol/polywire.transport.v1';
import type { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import type { CallLink } from './call-link.js';

/** Serves the calls that the peer makes on one connection. */
export interface CallServer {
  /** Calls that will end by themselves: all but standing subscriptions. */
  readonly running: number;
  /** There is no call at all. */
  readonly isIdle: boolean;
  /** A call has this message id. Missing: this, `admitsPieces` and `refuse` are not known here, and pieces are requests. */
  has?(messageId: number): boolean;
  /**
   * Handles a request packet.
   * @returns false when it belongs to no call: it has no Route and its id is not known
   * @throws PolywireError INVALID_MESSAGE_ID: the peer's numbering is broken
   */
  onRequest(packet: Packet): boolean;
  /**
   * Looks at the first piece of a request before its bytes are kept. What is refused has got its
   * error; its further pieces belong to no call.
   *
   * @throws PolywireError INVALID_MESSAGE_ID as onRequest
   */
  admitsPieces?(packet: Packet): boolean;
  /** Ends the call that a request belongs to, or would begin, with an error. */
  refuse?(packet: Packet, error: PolywireError): void;
  /** Handles a one-way call: answers nothing, and its errors concern nobody. */
  onOneWay(packet: Packet, route: Route): void;
  /** The caller does not want a call any more. */
  onCancel(messageId: number): void;
  /** The peer sends nothing more: a stream of requests that has not ended never will. */
  onInputEnd(): void;
  /** The connection is gone: ends every call. */
  close(error: PolywireError): void;
}

/** Makes what serves the calls of a connection. */
export type ServeLink = (link: CallLink) => CallServer;
