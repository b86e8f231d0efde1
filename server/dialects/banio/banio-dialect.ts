import { randomUUID } from 'node:crypto';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import type { BanioHub } from './banio-hub.js';
import { BanioSession } from './banio-session.js';

/** BanIO on one listener. Several listeners may share a hub. */
export class BanioDialect implements Dialect {
  readonly name = 'banio';
  readonly #hub: BanioHub;

  constructor(hub: BanioHub) {
    this.#hub = hub;
  }

  accept(connection: Connection): ConnectionHandler {
    return new BanioSession(connection, this.#hub, randomUUID());
  }

  /** The wire is a stream: no path is its own. */
  upgrade(): undefined {
    return undefined;
  }

  close(): void {
    this.#hub.close();
  }
}
