import type { Peer } from '@polywire/protocol/wire';
import type { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';

/** The connection that an engine works for, as the engine sees it. */
export interface CallEnvironment {
  /** Who the peer is, for the handlers of its calls. */
  readonly peer: Peer;
  /** Hands bytes to the connection: borrowed until it returns. False: hold back what is optional. */
  send(bytes: Uint8Array): boolean;
  /** Throws a PolywireError when this call may not be made now. */
  admit?(serviceId: number, methodId: number): void;
  /** The connection is to receive the one-way packets of a group, or no more. */
  joinFanout?(fanoutId: number): void;
  leaveFanout?(fanoutId: number): void;
  /** The last running call has ended, or the last large message is on its way. */
  onIdle?(): void;
  /** A packet that is no call: no Route, and no call has its id. Borrowed. Default: ignored. */
  onOpaque?(packet: Packet): void;
  /** The peer reported an error of the connection, after which it closes it. */
  onPeerError?(error: PolywireError): void;
}
