import type { CallContext, Peer, ServiceDescriptor } from '@polywire/protocol/wire';

/** A connection with its identity and the wire it speaks. */
export interface Session extends Peer {
  /** The wire, such as "native". */
  readonly dialect: string;
  readonly transport: string;
  readonly remoteAddress: string;
  /** Unix milliseconds. */
  readonly openedAtMs: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Calls that will end by themselves. */
  readonly runningCalls: number;
  /**
   * The typed client of a service that the peer serves. Missing: the dialect has no such calls.
   * A call takes 10 seconds at most unless it says otherwise.
   */
  use?<Client>(service: ServiceDescriptor<Client>): Client;
  /** Tells the client to finish and to connect elsewhere. */
  goAway(reason: string): void;
  /** Sends what waits, then ends the connection. */
  close(closeCode: number, reason: string): void;
}

/**
 * The session that a call came in on. Holds for every call on the server: its contexts are made
 * with a Session as their peer.
 */
export function sessionOf(context: CallContext): Session {
  return context.peer as Session;
}
