import type { IoStats } from '@polywire/protocol/polywire.admin.v1';
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ClientDataService } from '@polywire/protocol/polywire.data.v1';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { RelayService } from '@polywire/protocol/polywire.relay.v1';
import type { ServiceRegistry } from '@polywire/sdk/core';
import type { FanoutHub } from '../bus/fanout-hub.js';
import type { TopicsConfig } from '../config/server-config.js';
import type { Session } from '../sessions/session.js';
import type { SessionHost } from '../sessions/session-host.js';
import { ChangeHistory } from '../stores/change-history.js';
import type { Store } from '../stores/store.js';
import { clientDataHandler } from './client-data.js';
import { conformanceHandler } from './conformance.js';
import { Cursors } from './cursor.js';
import { ioHandler } from './io.js';
import { KV_SPACE, kvHandler } from './kv.js';
import { Locks } from './locks.js';
import { PresenceTable } from './presence.js';
import type { RelayFeed } from './relay-feed.js';
import { RelayTails } from './relay-tail.js';
import type { SecretText } from './secret-text.js';
import { Topics } from './topics/topics.js';
import { Watches } from './watches.js';
import { WorkHub } from './work/work-hub.js';

export interface ServiceParts {
  readonly store: Store;
  readonly anonymousStore: Store;
  hasEnded(session: Session): boolean;
  readonly hub: FanoutHub;
  readonly host: SessionHost;
  readonly maxValueBytes: number;
  /** Locks that one client may hold. */
  readonly maxLocksPerClient: number;
  /** Largest message that a client is sent. */
  readonly maxMessageBytes: number;
  /** What watches may replay. */
  readonly history: { readonly maxEntries: number; readonly maxBytes: number };
  readonly topics: TopicsConfig;
  /** How long a session outlives its connection. */
  readonly resumeWindowMs: number;
  /** What one subscriber may be sent at once when it comes back. */
  readonly maxReplayBytes: number;
  /** Undefined: there is no relay. */
  readonly relay: { readonly feed: RelayFeed; readonly token: SecretText } | undefined;
  /** Offer ConformanceService too. */
  readonly conformance: boolean;
}

/** What of the services the server itself uses. */
export interface OfferedServices {
  readonly topics: Topics;
  readonly work: WorkHub;
  stats(): IoStats;
  /** Fails what is waited for, and gives everything back. */
  close(): void;
}

/** Puts the product's own services together and offers them. */
export function offerServices(registry: ServiceRegistry, parts: ServiceParts): OfferedServices {
  const { store, anonymousStore, hub, host, maxValueBytes } = parts;
  const { clock } = host;
  const cursors = new Cursors();
  const history = new ChangeHistory(parts.history, store.revision);
  const watches = new Watches(store, history, hub, KV_SPACE);
  const topics = new Topics({ hub, clock, config: parts.topics, maxReplayBytes: parts.maxReplayBytes });
  store.onChanges((changes) => {
    history.append(changes);
    watches.publish(changes);
  });
  const data = clientDataHandler({ store, anonymousStore, hasEnded: parts.hasEnded, cursors, maxValueBytes });
  registry.add(ClientDataService, data, { borrowed: true });
  const keepsResponses = (): boolean => registry.hooked;
  const kv = kvHandler({ store, watches, topics, cursors, maxValueBytes, keepsResponses });
  registry.add(KvService, kv, { borrowed: true });
  const { resumeWindowMs } = parts;
  const presence = new PresenceTable({ hub, clock, resumeWindowMs });
  const [work, locks] = [
    new WorkHub(clock, parts.maxMessageBytes),
    new Locks({ store, clock, maxLocksOfOwner: parts.maxLocksPerClient }),
  ];
  host.onSessionEnded(({ sessionId }) => {
    presence.endSession(sessionId);
    work.endSession(sessionId);
    locks.endSession(sessionId);
  });
  registry.add(IoService, ioHandler({ topics, presence, work, locks, hasEnded: parts.hasEnded }), { borrowed: true });
  if (parts.relay !== undefined) {
    const { feed, token } = parts.relay;
    registry.add(RelayService, new RelayTails(feed, hub, token).handler, { borrowed: true });
  }
  if (parts.conformance) registry.add(ConformanceService, conformanceHandler(clock));
  return {
    topics,
    work,
    stats: () => ({ ...topics.stats(), ...work.stats(), locks: locks.size }),
    close() {
      work.close();
      locks.close();
      presence.close();
      topics.close();
    },
  };
}
