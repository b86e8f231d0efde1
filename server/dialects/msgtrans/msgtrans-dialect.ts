import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionHandler, UpgradeDecision } from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import type { MsgTransHub } from './msgtrans-hub.js';
import { MsgTransSession } from './msgtrans-session.js';

/** MsgTrans on one listener. All listeners share a hub. */
export class MsgTransDialect implements Dialect {
  readonly name = 'msgtrans';
  readonly #hub: MsgTransHub;

  constructor(hub: MsgTransHub) {
    this.#hub = hub;
  }

  accept(connection: Connection): ConnectionHandler {
    return new MsgTransSession(connection, this.#hub, randomUUID());
  }

  /** Any path will do, and no sub-protocol is ever agreed on. */
  upgrade(): UpgradeDecision {
    return { protocol: undefined, accept: (connection) => this.accept(connection) };
  }

  close(): void {
    this.#hub.close();
  }
}
