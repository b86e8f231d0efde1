import { type Clock, PolywireError } from '@polywire/sdk/core';
import type { Logger } from '../log.js';
import type { Counters } from '../metrics/counters.js';
import type { EventStream } from './event-stream.js';
import type { Session, SessionIdentity } from './session.js';
import { hasRateLimits, type RateLimits, SessionRate } from './session-rate.js';
import type { SessionTable } from './session-table.js';
import { type UnfinishedLimits, UnfinishedMessages } from './unfinished-messages.js';

const SLOW_CONSUMER = 3042;

export interface SessionHostParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionTable;
  readonly events: EventStream;
  readonly counters: Counters;
  readonly limits: UnfinishedLimits & RateLimits;
}

/**
 * What every dialect reports of its sessions, in one place: the table of sessions, counters,
 * events and the log.
 */
export class SessionHost {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly unfinished: UnfinishedMessages;
  readonly #parts: SessionHostParts;
  /** Of sessions that cannot refuse what is too much. Undefined: any amount may come. */
  readonly #rates: WeakMap<Session, SessionRate> | undefined;
  readonly #endListeners: ((session: SessionIdentity) => void)[] = [];
  /** True: the server is stopping, and new calls are refused. */
  draining = false;

  constructor(parts: SessionHostParts) {
    this.#parts = parts;
    this.clock = parts.clock;
    this.counters = parts.counters;
    this.unfinished = new UnfinishedMessages(parts.limits, parts.clock);
    if (hasRateLimits(parts.limits)) this.#rates = new WeakMap();
  }

  /**
   * Calls `listener` once for every session that has ended for good: what belongs to it alone may
   * go. A session whose connection was lost ends only when nobody came back for it in time.
   * Listeners run in the order they were added; one that throws is logged.
   */
  onSessionEnded(listener: (session: SessionIdentity) => void): void {
    this.#endListeners.push(listener);
  }

  opened(session: Session): void {
    const { sessions, counters, events } = this.#parts;
    sessions.add(session);
    counters.sessionsTotal++;
    if (events.active) events.emit({ type: 'opened', session });
  }

  /**
   * Bytes came in; `messages` of them were whole messages of the dialect.
   * @returns false when they came too fast: the session's connection has been told to close
   */
  received(session: Session, bytes: number, messages: number): boolean {
    const { counters, events } = this.#parts;
    counters.bytesIn += bytes;
    counters.messagesIn += messages;
    if (events.active) events.emit({ type: 'message', session, bytes });
    const error = this.#rates === undefined ? undefined : this.#excessOf(this.#rates, session, bytes, messages);
    if (error === undefined) return true;
    this.failed(session, error);
    session.close(error.closeCode, `${error.codeName}: ${error.message}`);
    return false;
  }

  #excessOf(
    rates: WeakMap<Session, SessionRate>,
    session: Session,
    bytes: number,
    messages: number,
  ): PolywireError | undefined {
    if (session.refusesExcess) return undefined;
    const nowMs = this.clock.now();
    const rate = rates.get(session) ?? new SessionRate(this.#parts.limits, nowMs);
    rates.set(session, rate);
    try {
      rate.received(bytes, nowMs);
      return rate.excessOfMessages(messages, nowMs);
    } catch (thrown) {
      return PolywireError.from(thrown);
    }
  }

  sent(session: Session, bytes: number, messages = 1): void {
    const { counters, events } = this.#parts;
    counters.messagesOut += messages;
    counters.bytesOut += bytes;
    if (events.active) events.emit({ type: 'sent', session, bytes });
  }

  /** More bytes than the high-water mark began to wait for a session's peer. */
  slow(session: Session, queuedBytes: number): void {
    const { counters, events } = this.#parts;
    counters.readersSlow++;
    if (events.active) events.emit({ type: 'slow', session, queuedBytes });
  }

  /** A session has no running call any more. */
  idle(): void {
    this.#parts.sessions.noteIdle();
  }

  /** The connection of a session and the session itself have ended. To be called once. */
  closed(session: Session, code: number, reason: string): void {
    this.lost(session, code, reason);
    this.ended(session);
  }

  /** The connection of a session has ended; the session goes on. Whoever says so calls `ended` later, or `resumed`. */
  lost(session: Session, code: number, reason: string): void {
    const { sessions, counters, events } = this.#parts;
    sessions.remove(session);
    if (code === SLOW_CONSUMER) counters.readersClosed++;
    if (events.active) events.emit({ type: 'closed', session, code, reason });
  }

  /** A connection goes on with a session: `rename` gives it that session's id. */
  resumed(session: Session, rename: () => void): void {
    const { sessions, counters, events } = this.#parts;
    sessions.remove(session);
    rename();
    sessions.add(session);
    counters.sessionsResumed++;
    if (events.active) events.emit({ type: 'resumed', session });
  }

  /** A session is over: nobody can go on with it. To be called once. */
  ended(session: SessionIdentity): void {
    const { events, logger } = this.#parts;
    for (const listener of this.#endListeners) {
      try {
        listener(session);
      } catch (thrown) {
        logger.error('what belonged to a session could not be given back', { err: thrown, session: session.sessionId });
      }
    }
    if (events.active) events.emit({ type: 'ended', session });
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
