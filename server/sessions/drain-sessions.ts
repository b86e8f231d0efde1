import type { Clock } from '@polywire/sdk/core';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';

/** Time between two batches, on average. */
const BATCH_INTERVAL_MS = 50;
/** Connections that are closed at once even if there is time for fewer. */
const MIN_BATCH = 100;
/** Clients are asked to come back spread over this much for each of them, within the time limit. */
const SPREAD_MS_PER_SESSION = 1;

export interface DrainOptions {
  readonly clock: Clock;
  readonly sessions: SessionTable;
  /** How long it may take. */
  readonly drainMs: number;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** Closes a connection; what waits for it goes out first. */
  close(session: Session): void;
}

/**
 * Lets clients go in an orderly way: all are told, each with a moment of its own to come back; then
 * those without a running call are closed in batches, spread over the time there is, so that not
 * all of them connect to another server at once. Whoever has a running call is closed when it has
 * ended, at the latest when the time is over.
 *
 * @returns calls that were still running then
 */
export async function drainSessions(options: DrainOptions): Promise<number> {
  const { clock, sessions, drainMs, random, close } = options;
  const endsAtMs = clock.now() + drainMs;
  const spreadMs = Math.min(drainMs, sessions.size * SPREAD_MS_PER_SESSION);
  for (const session of [...sessions.all]) session.goAway('the server is stopping', Math.floor(random() * spreadMs));
  const closing = new Set<Session>();
  const open = (): Session[] => [...sessions.all].filter((session) => !closing.has(session));
  const end = (session: Session): void => {
    closing.add(session);
    close(session);
  };
  for (;;) {
    const waiting = open();
    if (waiting.length === 0 && sessions.detachedCalls === 0) return 0;
    const restMs = endsAtMs - clock.now();
    if (restMs <= 0) break;
    const share = Math.ceil((waiting.length * BATCH_INTERVAL_MS * 2) / restMs);
    const idle = shuffle(
      waiting.filter((session) => session.runningCalls === 0),
      random,
    );
    for (const session of idle.slice(0, Math.max(MIN_BATCH, share))) end(session);
    if (open().length === 0 && sessions.detachedCalls === 0) return 0;
    const delayMs = Math.min(restMs, BATCH_INTERVAL_MS * (0.5 + random()));
    const isBusy = sessions.runningCalls > 0;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(delayMs, resolve);
      const wake = (): void => {
        timer.cancel();
        resolve();
      };
      // The end of the last call need not wait for the next batch.
      if (isBusy) sessions.idle().then(wake, wake);
    });
  }
  const { runningCalls } = sessions;
  for (const session of open()) end(session);
  return runningCalls;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
