import { PACKET_HEADER_BYTES } from '@polywire/protocol/polywire.transport.v1';
import { Deadlines } from '@polywire/sdk/core';
import type { MsgTransConfig } from '../../config/server-config.js';
import type { Logger } from '../../log.js';
import type { Session } from '../../sessions/session.js';
import type { SessionHost } from '../../sessions/session-host.js';
import { echoHandlers } from './echo.js';
import type { MapOptions } from './map.js';
import type { MsgTrans, MsgTransHandlers, MsgTransPeer } from './msgtrans.js';

/** Ids of the server's messages begin here: clients do not look, but their logs may. */
const FIRST_ID = 20_000;
const LAST_ID = 0xffff_ffff;

export interface MsgTransHubParts {
  readonly host: SessionHost;
  readonly logger: Logger;
  readonly config: MsgTransConfig;
  readonly handlers: MsgTransHandlers;
  /** Handlers that may run at once for one client. */
  readonly maxCalls: number;
  /** Bytes of messages that may wait for a client's handlers. */
  readonly maxQueuedBytes: number;
  /** Default: 20,000. */
  readonly firstId?: number;
}

/** What all MsgTrans clients of a server share, on however many listeners. */
export class MsgTransHub implements MsgTrans {
  readonly host: SessionHost;
  readonly config: MsgTransConfig;
  readonly handlers: MsgTransHandlers;
  readonly maxCalls: number;
  readonly maxQueuedBytes: number;
  readonly counts = { failed: 0, notInflated: 0, notPackets: 0 };
  readonly mapOptions: MapOptions;
  /** Of requests of the server. */
  readonly deadlines: Deadlines;
  readonly #logger: Logger;
  readonly #peers = new Set<MsgTransPeer>();
  #nextId: number;

  constructor(parts: MsgTransHubParts) {
    const { host, logger, config, handlers, maxCalls, maxQueuedBytes, firstId = FIRST_ID } = parts;
    this.host = host;
    this.config = config;
    this.maxCalls = maxCalls;
    this.maxQueuedBytes = maxQueuedBytes;
    this.mapOptions = { maxInflatedBytes: config.maxInflatedBytes, counts: this.counts };
    this.deadlines = new Deadlines(host.clock);
    this.#logger = logger;
    this.#nextId = firstId;
    const { onOpen, onMessage, onRequest } = handlers;
    const isOwn = (onOpen ?? onMessage ?? onRequest) !== undefined;
    this.handlers = isOwn || !config.echo ? handlers : echoHandlers(host.clock);
  }

  get peers(): MsgTransPeer[] {
    return [...this.#peers];
  }

  add(peer: MsgTransPeer): void {
    this.#peers.add(peer);
  }

  remove(peer: MsgTransPeer): void {
    this.#peers.delete(peer);
  }

  /** Id of the next message to any client. Never 0, which says that there is none. */
  takeId(): number {
    const id = this.#nextId;
    this.#nextId = id === LAST_ID ? 1 : id + 1;
    return id;
  }

  /** Largest payload that may be sent over a transport, beside an extension header. */
  maxPayloadBytes(transport: string, extBytes: number): number {
    const { maxPayloadBytes, maxMessageBytes } = this.config;
    return transport === 'tcp' ? maxPayloadBytes : maxMessageBytes - PACKET_HEADER_BYTES - extBytes;
  }

  /** A handler failed. */
  noteFailure(what: string, thrown: unknown, session: Session): void {
    this.counts.failed++;
    this.host.counters.errors++;
    this.#logger.error(`the handler of ${what} from a MsgTrans client failed`, {
      err: thrown,
      session: session.sessionId,
      remote: session.remoteAddress,
    });
  }

  close(): void {
    this.deadlines.clear();
  }
}
