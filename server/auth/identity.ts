import type { Connection } from '../transports/listener.js';

/** What is known of a client that wants to be let in. */
export interface AuthRequest {
  /** What it gave as its token; empty: nothing. A secret. */
  readonly token: string;
  /** The client id that it wants; empty: none. */
  readonly clientId: string;
  readonly transport: Connection['transport'];
  /** Such as "127.0.0.1:50412". */
  readonly remoteAddress: string;
  /** What it proved with a client certificate; undefined without one. */
  readonly peerCertificate: Connection['peerCertificate'];
}

/** Who a client is and what it may do. */
export interface Identity {
  /** Undefined: the one that the client wants. Empty: it is anonymous and may not have one. */
  readonly clientId?: string | undefined;
  /** Such as "kv.read:config/*"; "*" is everything. Texts that mean nothing here are ignored. */
  readonly permissions: readonly string[];
  /** Unix milliseconds when this ends; 0 or left out: never. */
  readonly expiresAtMs?: number | undefined;
}

/** Decides who a client is. Undefined: nobody that this knows. */
export type Authenticate = (request: AuthRequest) => Identity | undefined | Promise<Identity | undefined>;
