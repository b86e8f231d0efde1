import type { CallContext, Peer, ServiceDescriptor } from '@polywire/protocol/wire';
import type { PermissionSet } from '../auth/permission-set.js';

/**
 * Whose session it is. All that is left of it while it has no connection. The session id stays
 * the same when another connection goes on with the session.
 */
export interface SessionIdentity extends Peer {
  /** The wire, such as "native". */
  readonly dialect: string;
  /**
   * The client whose data space its calls use, where that is not clientId: the dialect's settings
   * decide. Empty: a space of its own, which ends with the session.
   */
  readonly dataOwner?: string;
}

/** A connection with its identity and the wire it speaks. */
export interface Session extends SessionIdentity {
  /** What the client gave as its token when it said Hello; empty or missing: nothing. A secret. */
  readonly token?: string;
  /** Its client id is what its token or its certificate says, and not just what it says of itself. */
  readonly provesClientId?: boolean;
  /** What it may do. Missing: nobody has to authenticate, and everybody may do everything. */
  readonly permissions?: PermissionSet | undefined;
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
  goAway(reason: string, retryAfterMs: number): void;
  /** Which of the connections of this session it is. Undefined: another cannot go on with it, perhaps not any more. */
  readonly generation?: number | undefined;
  /**
   * The connection of this session whose proof is still good beside the newest one, as the client
   * may not have got that. Undefined: the newest alone is good.
   */
  readonly fallback?: number | undefined;
  /** Another connection goes on with this session: this one ends with SESSION_TAKEN_OVER. */
  takeOver?(): void;
  /** A quarter of a heartbeat has passed: ends the session's connection when its peer is silent for too long. */
  onTick?(): void;
  /** It refuses by itself what comes too fast. Missing: its wire cannot, and its connection is closed instead. */
  readonly refusesExcess?: true;
  /** Sends what waits, then ends the connection. */
  close(closeCode: number, reason: string): void;
}

/** Owner of the data space of a session; empty: the session itself. */
export function dataOwnerOf(session: SessionIdentity): string {
  return session.dataOwner ?? session.clientId;
}

/**
 * The session that a call came in on. Holds for every call on the server: its contexts are made
 * with a Session as their peer.
 */
export function sessionOf(context: CallContext): Session {
  return context.peer as Session;
}
