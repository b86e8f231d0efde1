import { randomUUID } from 'node:crypto';
import type { HelloResponseInit } from '@polywire/protocol/polywire.session.v1';
import { type CallEngineOptions, Deadlines } from '@polywire/sdk/core';
import type { Authority } from '../../auth/authority.js';
import type { Heartbeats } from '../../sessions/heartbeats.js';
import type { ResumableSessions } from '../../sessions/resumable-sessions.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { RateLimits } from '../../sessions/session-rate.js';
import type { Connection, ConnectionHandler, UpgradeDecision, UpgradeRequest } from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import type { MsgTransHub } from '../msgtrans/msgtrans-hub.js';
import type { Admission } from './admission.js';
import { IdleEngines } from './idle-engines.js';
import { NativeSession } from './native-session.js';

/** The WebSocket sub-protocol of the native wire. */
export const NATIVE_PROTOCOL = 'polywire.v1';

/** What every client is told in the answer to Hello. */
export type Welcome = Pick<HelloResponseInit, 'limits' | 'schemaHash' | 'ackLevel' | 'agent' | 'serviceIds'>;

/** What every native session's engine has in common. */
export type SharedEngineOptions = CallEngineOptions;

export interface NativeDialectOptions {
  readonly host: SessionHost;
  readonly engineOptions: SharedEngineOptions;
  readonly helloTimeoutMs: number;
  /** Takes the packets of peers that do not say Hello. */
  readonly opaque: MsgTransHub;
  readonly resumable: ResumableSessions;
  readonly heartbeats: Heartbeats;
  /** Path of the WebSocket. */
  readonly path: string;
  /** Undefined: sessions may ask for as much as they like. */
  readonly rateLimits: RateLimits | undefined;
  /** Undefined: nobody has to authenticate. */
  readonly authority: Authority | undefined;
  /** What clients without a token may do; empty: what the authority says. */
  readonly withoutToken: readonly string[];
  /** Client ids are those of client certificates. */
  readonly certifiesIds: boolean;
  /** What every client is told, without what is its own. */
  welcome(): Welcome;
}

/** The native wire. Everything that its sessions share is here, nothing of it per connection. */
export class NativeDialect implements Dialect {
  readonly name = 'native';
  readonly host: SessionHost;
  /** Sessions keep their age from here on: a small number takes no memory of its own. */
  readonly createdAtMs: number;
  readonly engineOptions: SharedEngineOptions;
  readonly engines: IdleEngines;
  /** Of sessions that have said Hello and of which nothing is watched. Undefined: there was none yet. */
  openAdmission: Admission | undefined;
  readonly helloTimeoutMs: number;
  /** Takes the packets of peers that do not say Hello. */
  readonly opaque: MsgTransHub;
  readonly resumable: ResumableSessions;
  readonly heartbeats: Heartbeats;
  readonly rateLimits: RateLimits | undefined;
  readonly authority: Authority | undefined;
  readonly withoutToken: readonly string[];
  readonly certifiesIds: boolean;
  /** Peers may be MsgTrans clients, which do not say Hello. */
  readonly takesOpaque: boolean;
  /** Of connections that have not said Hello. */
  readonly deadlines: Deadlines;
  readonly #options: NativeDialectOptions;

  constructor(options: NativeDialectOptions) {
    this.#options = options;
    this.host = options.host;
    this.createdAtMs = options.host.clock.now();
    this.engineOptions = options.engineOptions;
    this.engines = new IdleEngines(options.engineOptions);
    this.helloTimeoutMs = options.helloTimeoutMs;
    this.opaque = options.opaque;
    this.resumable = options.resumable;
    this.heartbeats = options.heartbeats;
    this.rateLimits = options.rateLimits;
    this.authority = options.authority;
    this.withoutToken = options.withoutToken;
    this.certifiesIds = options.certifiesIds;
    this.takesOpaque = options.authority?.withoutToken(options.withoutToken).allows('msgtrans') ?? true;
    this.deadlines = new Deadlines(options.host.clock);
  }

  accept(connection: Connection): ConnectionHandler {
    return new NativeSession(connection, this, randomUUID());
  }

  upgrade(request: UpgradeRequest): UpgradeDecision | undefined {
    if (request.path !== this.#options.path) return undefined;
    const accept = (connection: Connection): ConnectionHandler => this.accept(connection);
    if (request.protocols.length === 0) return { protocol: undefined, accept };
    if (request.protocols.includes(NATIVE_PROTOCOL)) return { protocol: NATIVE_PROTOCOL, accept };
    return { status: 400, body: `this path speaks the sub-protocol ${NATIVE_PROTOCOL}\n` };
  }

  welcome(): Welcome {
    return this.#options.welcome();
  }

  close(): void {
    this.deadlines.clear();
  }
}
