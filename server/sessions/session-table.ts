import { IdTable } from './id-table.js';
import type { Session } from './session.js';

/** The sessions of a server. */
export class SessionTable {
  readonly #sessions = new IdTable<Session>();
  readonly #whenIdle: (() => void)[] = [];

  /** Calls that run apart from any session. */
  detachedCalls = 0;

  get size(): number {
    return this.#sessions.size;
  }

  /** In any order. None may come or go while they are walked. */
  get all(): Iterable<Session> {
    return this.#sessions;
  }

  get oldestFirst(): Session[] {
    return [...this.#sessions].sort((left, right) => left.openedAtMs - right.openedAtMs);
  }

  get(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  add(session: Session): void {
    this.#sessions.set(session);
  }

  /** Another connection may go on with the session already: that one stays. */
  remove(session: Session): void {
    if (this.#sessions.get(session.sessionId) === session) this.#sessions.delete(session.sessionId);
    this.noteIdle();
  }

  /** Calls of all sessions that will end by themselves. */
  get runningCalls(): number {
    let running = this.detachedCalls;
    for (const session of this.#sessions) running += session.runningCalls;
    return running;
  }

  /** To be called when a session has no running call any more. */
  noteIdle(): void {
    if (this.#whenIdle.length === 0 || this.runningCalls > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Resolves when no call is running. */
  idle(): Promise<void> {
    if (this.runningCalls === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
