import type {
  Connection,
  ConnectionHandler,
  HttpReply,
  UpgradeDecision,
  UpgradeRequest,
} from '../transports/listener.js';

/**
 * One wire's rules for turning bytes into calls of the services, and back. A dialect translates;
 * business rules are the services'. One object serves every connection of a listener.
 */
export interface Dialect {
  /** Its name in the configuration, such as "native". */
  readonly name: string;
  /** Serves a connection that comes without an upgrade (TCP). */
  accept(connection: Connection): ConnectionHandler;
  /** Decides on a WebSocket upgrade. Undefined: the path is not this dialect's. */
  upgrade(request: UpgradeRequest): UpgradeDecision | undefined;
  /** Answers GET of a path on a WebSocket listener. Undefined: the path is not this dialect's. */
  http?(path: string): HttpReply | undefined;
  /** Gives back what it holds, after every session has ended. */
  close(): void | Promise<void>;
}
