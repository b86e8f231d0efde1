import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { RELAY_PATH } from '../../config/check-relay.js';
import type { RelayConfig } from '../../config/server-config.js';
import type { RelayCounters, RelayFeed, RelayMessage } from '../../services/relay-feed.js';
import type { SecretText } from '../../services/secret-text.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type {
  Connection,
  ConnectionHandler,
  HttpReply,
  UpgradeDecision,
  UpgradeRequest,
} from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import { encodeMessage } from './encode.js';
import { pageReply } from './page/page-reply.js';
import { RELAY_PROTOCOL, readToken } from './read-token.js';
import { RelaySession } from './relay-session.js';

export interface RelayDialectOptions {
  readonly host: SessionHost;
  readonly feed: RelayFeed;
  readonly token: SecretText;
  readonly config: RelayConfig;
  /** Bytes that may wait for a client before it is too far behind. */
  readonly maxQueuedBytes: number;
}

/** The relay of Redis messages. Everything that its sessions share is here. */
export class RelayDialect implements Dialect {
  readonly name = 'relay';
  readonly host: SessionHost;
  readonly maxQueuedBytes: number;
  readonly slowClient: RelayConfig['slowClient'];
  readonly counters: RelayCounters;
  readonly #options: RelayDialectOptions;
  readonly #origins: ReadonlySet<string>;
  readonly #sessions = new Set<RelaySession>();
  readonly #stop: () => void;

  constructor(options: RelayDialectOptions) {
    this.#options = options;
    this.host = options.host;
    this.maxQueuedBytes = options.maxQueuedBytes;
    this.slowClient = options.config.slowClient;
    this.counters = options.feed.counters;
    this.#origins = new Set(options.config.origins.map((origin) => origin.toLowerCase()));
    this.#stop = options.feed.forwardTo({ onMessage: (message) => this.#forward(message) });
  }

  #forward(message: RelayMessage): void {
    if (this.#sessions.size === 0) return;
    const { text, isUtf8 } = encodeMessage(message, this.#options.config.notUtf8);
    if (!isUtf8) this.counters.notUtf8++;
    if (text === undefined) return;
    // A session that is closed meanwhile leaves the set, which a walk over it allows.
    for (const session of this.#sessions) session.deliver(text);
  }

  accept(): ConnectionHandler {
    throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'the relay is spoken over WebSocket only');
  }

  upgrade(request: UpgradeRequest): UpgradeDecision | undefined {
    if (request.path !== RELAY_PATH) return undefined;
    const { token, config } = this.#options;
    const origin = request.header('origin').toLowerCase();
    if (this.#origins.size > 0 && origin !== '' && !this.#origins.has(origin)) {
      this.counters.refused++;
      return { status: 403, body: 'pages of this origin may not connect (relay.origins)\n' };
    }
    const given = readToken(request, config.bearer);
    if (given.token === undefined) return { status: 400, body: `${given.fault}\n` };
    if (!token.is(given.token)) {
      this.counters.refused++;
      return { status: 401, body: '' };
    }
    return {
      // Another one that was offered is not answered: clients of the older relay expect none.
      protocol: request.protocols.includes(RELAY_PROTOCOL) ? RELAY_PROTOCOL : undefined,
      accept: (connection) => this.#open(connection),
    };
  }

  #open(connection: Connection): ConnectionHandler {
    const session = new RelaySession(connection, this);
    this.#sessions.add(session);
    return session;
  }

  /** The session gets nothing more. */
  forget(session: RelaySession): void {
    this.#sessions.delete(session);
  }

  http(path: string): HttpReply | undefined {
    if (path !== RELAY_PATH) return pageReply(path);
    const body = 'this path speaks WebSocket; connect to it with ?token=…\n';
    return { status: 400, contentType: 'text/plain; charset=utf-8', body };
  }

  close(): void {
    this.#stop();
  }
}
