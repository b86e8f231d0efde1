import type { CallContext, Peer, ServiceDescriptor } from '@polywire/protocol/wire';

/** A connection with its identity and the wire it speaks. */
export interface Session extends Peer {
  /** The wire, such as "native". */
  readonly dialect: string;
  /**
   * The client whose data space its calls use, where that is not clientId: the dialect's settings
   * decide. Empty: a space of its own, which ends with the session.
   */
  readonly dataOwner?: string;
  /** What the client gave as its token when it said Hello; empty or missing: nothing. A secret. */
  readonly token?: string;
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

/** Owner of the data space of a session; empty: the session itself. */
export function dataOwnerOf(session: Session): string {
  return session.dataOwner ?? session.clientId;
}

/**
 * The session that a call came in on. Holds for every call on the server: its contexts are made
 * with a Session as their peer.
 */
export function sessionOf(context: CallContext): Session {
  return context.peer as Session;
}
