import type { Clock, PolywireError } from '@polywire/sdk/core';
import type { Logger } from '../log.js';
import type { Counters } from '../metrics/counters.js';
import type { EventStream } from './event-stream.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';

export interface SessionHostParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionTable;
  readonly events: EventStream;
  readonly counters: Counters;
  /** A session has ended: what belongs to it alone may go. */
  onClosed(session: Session): void;
}

/**
 * What every dialect reports of its sessions, in one place: the table of sessions, counters,
 * events and the log.
 */
export class SessionHost {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly #parts: SessionHostParts;
  /** True: the server is stopping, and new calls are refused. */
  draining = false;

  constructor(parts: SessionHostParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.counters = parts.counters;
  }

  opened(session: Session): void {
    const { sessions, counters, events } = this.#parts;
    sessions.add(session);
    counters.sessionsTotal++;
    if (events.active) events.emit({ type: 'opened', session });
  }

  /** Bytes came in; `messages` of them were whole messages of the dialect. */
  received(session: Session, bytes: number, messages: number): void {
    const { counters, events } = this.#parts;
    counters.bytesIn += bytes;
    counters.messagesIn += messages;
    if (events.active) events.emit({ type: 'message', session, bytes });
  }

  sent(session: Session, bytes: number): void {
    const { counters, events } = this.#parts;
    counters.messagesOut++;
    counters.bytesOut += bytes;
    if (events.active) events.emit({ type: 'sent', session, bytes });
  }

  /** A session has no running call any more. */
  idle(): void {
    this.#parts.sessions.noteIdle();
  }

  /** To be called once a session. */
  closed(session: Session, code: number, reason: string): void {
    const { sessions, events, onClosed } = this.#parts;
    sessions.remove(session);
    onClosed(session);
    if (events.active) events.emit({ type: 'closed', session, code, reason });
  }

  /** Something that the peer did, or that happened to its connection, ended in an error. */
  failed(session: Session, error: PolywireError): void {
    const { counters, events, logger } = this.#parts;
    counters.errors++;
    if (events.active) events.emit({ type: 'error', session, error });
    logger.warn(error.message, {
      code: error.codeName,
      dialect: session.dialect,
      session: session.sessionId,
      remote: session.remoteAddress,
    });
  }
}
