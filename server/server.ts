import type { Clock, Hooks, ServiceRegistry } from '@polywire/sdk/core';
import type { Authority } from './auth/authority.js';
import { DataSpace } from './data-space.js';
import type { Banio } from './dialects/banio/banio.js';
import type { Dialect } from './dialects/dialect.js';
import type { MsgTrans } from './dialects/msgtrans/msgtrans.js';
import type { Logger } from './log.js';
import type { Counters } from './metrics/counters.js';
import { ServerIo } from './server-io.js';
import { readStats, type ServerStats, type StatsParts } from './server-stats.js';
import { spaceOfClient } from './services/client-data.js';
import type { OfferedServices } from './services/offer-services.js';
import type { RelayFeed } from './services/relay-feed.js';
import { drainSessions } from './sessions/drain-sessions.js';
import type { EventStream, ServerEvent } from './sessions/event-stream.js';
import type { Heartbeats } from './sessions/heartbeats.js';
import type { OnceOnlyCalls } from './sessions/once-only-calls.js';
import type { ResumableSessions } from './sessions/resumable-sessions.js';
import type { Session } from './sessions/session.js';
import type { SessionHost } from './sessions/session-host.js';
import type { SessionTable } from './sessions/session-table.js';
import type { Store } from './stores/store.js';
import type { Listener } from './transports/listener.js';

/** Close code of a connection that a stopping server ends: reconnect elsewhere. */
const DRAINING_CLOSE_CODE = 3043;
const CLOSE_GRACE_MS = 1_000;

/** What a server is made of; assembled by createServer. */
export interface ServerParts extends StatsParts {
  /** Undefined: nobody has to authenticate. */
  readonly authority: Authority | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: ServiceRegistry;
  readonly host: SessionHost;
  readonly resumable: ResumableSessions;
  readonly heartbeats: Heartbeats;
  readonly keyed: OnceOnlyCalls;
  readonly dialects: readonly Dialect[];
  readonly sessions: SessionTable;
  readonly events: EventStream;
  readonly counters: Counters;
  readonly store: Store;
  readonly anonymousStore: Store;
  readonly listeners: readonly Listener[];
  /** Undefined: no listener speaks BanIO. */
  readonly banio: Banio | undefined;
  readonly msgtrans: MsgTrans;
  readonly services: OfferedServices;
  /** Undefined: there is no relay. */
  readonly relay: RelayFeed | undefined;
  readonly addresses: readonly string[];
  readonly maxValueBytes: number;
  readonly startedAtMs: number;
}

/** A running server. */
export class PolywireServer {
  readonly #parts: ServerParts;
  #closing: Promise<void> | undefined;

  /** Topics and work, for code on the server. */
  readonly io: ServerIo;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.io = new ServerIo(parts.services.topics, parts.services.work);
  }

  /** What is listened on, such as "ws://127.0.0.1:8080/polywire". */
  get addresses(): readonly string[] {
    return this.#parts.addresses;
  }

  /** The data space of a client, whether it is connected or not. */
  data(clientId: string): DataSpace {
    return new DataSpace(this.#parts.store, spaceOfClient(clientId), this.#parts.maxValueBytes);
  }

  /** The BanIO clients; undefined when no listener speaks BanIO. */
  get banio(): Banio | undefined {
    return this.#parts.banio;
  }

  /** The MsgTrans clients. */
  get msgtrans(): MsgTrans {
    return this.#parts.msgtrans;
  }

  /** What happens from now on. Ends when the server has closed. */
  events(): AsyncIterableIterator<ServerEvent> {
    return this.#parts.events.read();
  }

  /** Adds hooks that run around every call, in the order they are added. */
  use(hooks: Hooks): void {
    this.#parts.registry.use(hooks);
  }

  /** The sessions that are open. */
  sessions(): Session[] {
    return this.#parts.sessions.oldestFirst;
  }

  stats(): ServerStats {
    return readStats(this.#parts);
  }

  /**
   * Stops gracefully: not ready, no new connections or calls, clients told to go. Connections close
   * in batches within `drainMs`, each when its running calls have ended; then the store is flushed
   * and everything is given back. Nothing that was acknowledged is lost. Repeated calls share one result.
   *
   * @param options.drainMs milliseconds that running calls have. Default: 10,000
   */
  close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#keepAlive(this.#close(options.drainMs ?? 10_000));
    return this.#closing;
  }

  /** The clock's timers let a process end; a stop that waits for one must not. */
  async #keepAlive(work: Promise<void>): Promise<void> {
    const handle = setInterval(() => {}, 1_000);
    try {
      await work;
    } finally {
      clearInterval(handle);
    }
  }

  async #close(drainMs: number): Promise<void> {
    const { host, dialects, listeners, sessions, logger, store, anonymousStore, events } = this.#parts;
    host.draining = true;
    this.#parts.services.work.drain();
    for (const listener of listeners) listener.stopAccepting();
    const running = await drainSessions({
      clock: this.#parts.clock,
      sessions,
      drainMs,
      random: Math.random,
      close: (session) => session.close(DRAINING_CLOSE_CODE, 'the server is stopping'),
    });
    if (running > 0) logger.warn('calls were still running at the end of the drain', { running, drainMs });
    await this.#goneWithin(CLOSE_GRACE_MS);
    for (const listener of listeners) await listener.close();
    for (const dialect of dialects) await dialect.close();
    this.#parts.resumable.endAll();
    this.#parts.heartbeats.stop();
    this.#parts.keyed.stop();
    this.#parts.relay?.close();
    this.#parts.authority?.close();
    this.#parts.services.close();
    await store.close();
    await anonymousStore.close();
    events.end();
  }

  /** Gives connections a moment to take what waits for them and to close. */
  #goneWithin(graceMs: number): Promise<void> {
    const { sessions, clock } = this.#parts;
    const until = clock.now() + graceMs;
    return new Promise((resolve) => {
      const look = (): void => {
        if (sessions.size === 0 || clock.now() >= until) resolve();
        else clock.setTimer(10, look);
      };
      look();
    });
  }
}
