import type { StatsResponse } from '@polywire/protocol/polywire.admin.v1';
import type { Counters } from './metrics/counters.js';
import type { OfferedServices } from './services/offer-services.js';
import type { RelayFeed } from './services/relay-feed.js';
import type { ResumableSessions } from './sessions/resumable-sessions.js';
import type { SessionHost } from './sessions/session-host.js';
import type { SessionTable } from './sessions/session-table.js';
import type { Store } from './stores/store.js';

/** Counters since the start and gauges of this moment. */
export type ServerStats = StatsResponse;

/** Where statistics come from. */
export interface StatsParts {
  readonly counters: Counters;
  readonly store: Store;
  readonly sessions: SessionTable;
  readonly host: SessionHost;
  readonly resumable: ResumableSessions;
  readonly services: OfferedServices;
  /** Undefined: there is no relay. */
  readonly relay: RelayFeed | undefined;
  readonly startedAtMs: number;
}

export function readStats(parts: StatsParts): ServerStats {
  const { counters, store, sessions, host, resumable, services, relay, startedAtMs } = parts;
  return {
    ...counters.snapshot(),
    uptimeMs: host.clock.now() - startedAtMs,
    sessions: sessions.size,
    store: store.kind,
    ackLevel: store.level,
    draining: host.draining,
    sessionsParked: resumable.parked,
    relay: relay?.stats(),
    io: services.stats(),
  };
}
