import type { PolywireError, Timer } from '../core/index.js';
import type { LastingCall } from './lasting-call.js';
import type { LastingConnection } from './lasting-connection.js';

/** What a call needs of the client that it lasts in. */
export interface CallKeeper {
  /** The connection that calls begin on now. */
  readonly connection: LastingConnection | undefined;
  /** The present connection goes on with the session that `since` had. */
  resumedSince(since: LastingConnection): boolean;
  /** Connections are replaced when they are lost. */
  readonly reconnects: boolean;
  /** The client has ended: no connection will come. */
  readonly closedWith: PolywireError | undefined;
  /** Tries of an idempotent call after a failure that passes. */
  readonly retries: number;
  nextKey(): string;
  /** Unix milliseconds. */
  now(): number;
  /** Has `onConnected` called when there is a connection, and `expire` after so long, if that is not for ever. */
  wait(call: LastingCall, delayMs: number, expire: () => void): Timer | undefined;
  /** Withdraws that; the timer is the call's. */
  unwait(call: LastingCall): void;
  /** The call is over. */
  ended(call: LastingCall, failed: boolean): void;
  /** The server takes no new calls on this connection. */
  refusedBy(connection: LastingConnection, error: PolywireError): void;
}
