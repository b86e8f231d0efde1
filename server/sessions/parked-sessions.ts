import type { Clock, Timer } from '@polywire/sdk/core';
import type { SessionIdentity } from './session.js';
import { Shares } from './shares.js';

/** A session without a connection. */
export interface ParkedSession extends SessionIdentity {
  /** Whom it counts against: `principalOf` it. */
  readonly owner: string;
  /** Which of its connections was the last. */
  readonly generation: number;
  /** As of a session that has a connection. */
  readonly fallback?: number | undefined;
}

interface Place {
  readonly session: ParkedSession;
  readonly untilMs: number;
}

export interface ParkedSessionsOptions {
  readonly clock: Clock;
  /** How long a session waits for its client. */
  readonly windowMs: number;
  readonly maxSessions: number;
  /** Nobody came back for a session, or there was no room for it any more. */
  onEnded(session: ParkedSession): void;
}

/**
 * Sessions whose connection was lost. All wait equally long, so the first that came is the first to end. When there
 * is no room for one more, the owner of most of them gives up its first.
 */
export class ParkedSessions {
  readonly #options: ParkedSessionsOptions;
  readonly #places = new Map<string, Place>();
  readonly #shares = new Shares<ParkedSession>();
  #timer: Timer | undefined;

  constructor(options: ParkedSessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#places.size;
  }

  park(session: ParkedSession): void {
    const { clock, windowMs, maxSessions } = this.#options;
    this.#places.set(session.sessionId, { session, untilMs: clock.now() + windowMs });
    this.#shares.add(session.owner, session);
    const excess = this.#places.size > maxSessions ? this.#shares.oldestOfMost : undefined;
    if (excess !== undefined) this.#end(excess);
    this.#arm();
  }

  get(sessionId: string): ParkedSession | undefined {
    return this.#places.get(sessionId)?.session;
  }

  /** A connection goes on with the session. */
  remove(sessionId: string): void {
    this.#take(sessionId);
  }

  endAll(): void {
    while (this.#places.size > 0) this.#endFirst();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** One timer for all: it looks at the first, which ends first. */
  #arm(): void {
    if (this.#timer !== undefined) return;
    const [first] = this.#places.values();
    if (first === undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(Math.max(0, first.untilMs - clock.now()), () => this.#endDue());
  }

  #endDue(): void {
    this.#timer = undefined;
    const now = this.#options.clock.now();
    for (const { untilMs } of this.#places.values()) {
      if (untilMs > now) break;
      this.#endFirst();
    }
    this.#arm();
  }

  #endFirst(): void {
    const [first] = this.#places.values();
    if (first !== undefined) this.#end(first.session);
  }

  #end(session: ParkedSession): void {
    this.#take(session.sessionId);
    this.#options.onEnded(session);
  }

  #take(sessionId: string): void {
    const place = this.#places.get(sessionId);
    if (place === undefined) return;
    this.#places.delete(sessionId);
    this.#shares.delete(place.session.owner, place.session);
  }
}
