import { randomUUID } from 'node:crypto';
import type { HelloResponseInit } from '@polywire/protocol/polywire.session.v1';
import { type CallEngineOptions, type Clock, Deadlines, type PolywireError } from '@polywire/sdk/core';
import type { Counters } from '../../metrics/counters.js';
import type { EventStream } from '../../sessions/event-stream.js';
import type { SessionTable } from '../../sessions/session-table.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { NativeSession } from './native-session.js';

/** The WebSocket sub-protocol of the native wire. */
export const NATIVE_PROTOCOL = 'polywire.v1';

export interface NativeDialectOptions {
  readonly clock: Clock;
  /** What every session's engine has in common. */
  readonly engineOptions: Omit<CallEngineOptions, 'peer' | 'send' | 'framed'>;
  readonly helloTimeoutMs: number;
  readonly sessions: SessionTable;
  readonly events: EventStream;
  readonly counters: Counters;
  /** What every client is told, without what is its own. */
  welcome(): HelloResponseInit;
  /** Sends what a fan-out group has waiting, before a connection joins it. */
  beforeJoin(fanoutId: number): void;
  /** A session has ended. */
  onClosed(session: NativeSession): void;
  onFailure(session: NativeSession, error: PolywireError): void;
}

/** Everything that native sessions share: nothing here is per connection. */
export class NativeDialect {
  readonly clock: Clock;
  readonly engineOptions: Omit<CallEngineOptions, 'peer' | 'send' | 'framed'>;
  readonly helloTimeoutMs: number;
  readonly deadlines: Deadlines;
  readonly counters: Counters;
  readonly #options: NativeDialectOptions;
  /** True: the server is stopping, and new calls are refused. */
  draining = false;

  constructor(options: NativeDialectOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.engineOptions = options.engineOptions;
    this.helloTimeoutMs = options.helloTimeoutMs;
    this.counters = options.counters;
    this.deadlines = new Deadlines(options.clock);
  }

  accept(connection: Connection): ConnectionHandler {
    return new NativeSession(connection, this, randomUUID());
  }

  welcome(): HelloResponseInit {
    return this.#options.welcome();
  }

  beforeJoin(fanoutId: number): void {
    this.#options.beforeJoin(fanoutId);
  }

  onIdle(): void {
    this.#options.sessions.noteIdle();
  }

  opened(session: NativeSession): void {
    const { sessions, counters, events } = this.#options;
    sessions.add(session);
    counters.sessionsTotal++;
    if (events.active) events.emit({ type: 'opened', session });
  }

  received(session: NativeSession, bytes: number): void {
    const { counters, events } = this.#options;
    counters.bytesIn += bytes;
    if (events.active) events.emit({ type: 'message', session, bytes });
  }

  sent(session: NativeSession, bytes: number): void {
    const { counters, events } = this.#options;
    counters.messagesOut++;
    counters.bytesOut += bytes;
    if (events.active) events.emit({ type: 'sent', session, bytes });
  }

  closed(session: NativeSession, code: number, reason: string): void {
    const { sessions, events, onClosed } = this.#options;
    sessions.remove(session);
    onClosed(session);
    if (events.active) events.emit({ type: 'closed', session, code, reason });
  }

  failed(session: NativeSession, error: PolywireError): void {
    const { counters, events, onFailure } = this.#options;
    counters.errors++;
    if (events.active) events.emit({ type: 'error', session, error });
    onFailure(session, error);
  }

  close(): void {
    this.deadlines.clear();
  }
}
