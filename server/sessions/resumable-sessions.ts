import type { Resume } from '@polywire/protocol/polywire.session.v1';
import { type ParkedSession, ParkedSessions } from './parked-sessions.js';
import { ResumeTokens } from './resume-tokens.js';
import type { SessionHost } from './session-host.js';
import type { SessionTable } from './session-table.js';

export interface ResumableSessionsOptions {
  readonly host: SessionHost;
  readonly sessions: SessionTable;
  /** How long a session outlives its connection. 0: not at all. */
  readonly windowMs: number;
  /** Sessions without a connection that are kept at once. */
  readonly maxParked: number;
}

/** A session that was given out. */
export interface ClaimedSession {
  readonly sessionId: string;
  readonly generation: number;
  readonly fallback: number;
}

/** Lets another connection go on with a session whose connection was lost, or is about to be. */
export class ResumableSessions {
  readonly #options: ResumableSessionsOptions;
  readonly #tokens = new ResumeTokens();
  readonly #parked: ParkedSessions;

  constructor(options: ResumableSessionsOptions) {
    const { host, windowMs, maxParked } = options;
    this.#options = options;
    this.#parked = new ParkedSessions({
      clock: host.clock,
      windowMs,
      maxSessions: maxParked,
      onEnded: (session) => host.ended(session),
    });
  }

  get windowMs(): number {
    return this.#options.windowMs;
  }

  /** Sessions without a connection. */
  get parked(): number {
    return this.#parked.size;
  }

  /** A session has no connection, and waits for its client. */
  isParked(sessionId: string): boolean {
    return this.#parked.get(sessionId) !== undefined;
  }

  /** What a client shows to go on with its session. Empty: it cannot. */
  tokenOf(sessionId: string, generation: number): string {
    return this.windowMs === 0 ? '' : this.#tokens.tokenOf(sessionId, generation);
  }

  /** The connection of a session was lost: the session waits for another. */
  park(session: ParkedSession): void {
    this.#parked.park(session);
  }

  /**
   * Gives out a session to the connection that goes on with it; a connection that it still has is
   * closed with SESSION_TAKEN_OVER. Undefined when there is no such session, when the token is not
   * its present one, or when it is another client's: the asker is not told which.
   *
   * A token that was used stays good until the connection that used it brings something after its
   * Hello: the Welcome with the next token may have been lost with the network.
   *
   * @returns its id, the number of the asker's connection, and that of the token that was shown
   */
  claim(resume: Resume, clientId: string): ClaimedSession | undefined {
    const { host, sessions } = this.#options;
    const { sessionId, resumeToken } = resume;
    const open = sessions.get(sessionId);
    const held = open ?? this.#parked.get(sessionId);
    const { generation, fallback, clientId: owner } = held ?? { generation: undefined, clientId };
    // The token is looked at in any case, so that the time tells nothing either.
    const isNewest = this.#tokens.matches(resumeToken, sessionId, generation ?? 0);
    const isFallback = this.#tokens.matches(resumeToken, sessionId, fallback ?? generation ?? 0);
    const shown = isNewest ? generation : isFallback ? fallback : undefined;
    if (this.windowMs === 0 || generation === undefined || shown === undefined || owner !== clientId) {
      host.counters.resumesRefused++;
      return undefined;
    }
    if (open === undefined) this.#parked.remove(sessionId);
    else open.takeOver?.();
    return { sessionId, generation: generation + 1, fallback: shown };
  }

  /** Ends the sessions that wait: the server stops. */
  endAll(): void {
    this.#parked.endAll();
  }
}
