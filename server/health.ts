import type { RelayFeed } from './services/relay-feed.js';
import type { Store } from './stores/store.js';
import type { HttpReply } from './transports/listener.js';

/** What the health of a server is made of. */
export interface HealthParts {
  readonly store: Store;
  readonly draining: boolean;
  /** Undefined: there is no relay. */
  readonly relay: RelayFeed | undefined;
  /** The relay is all that the server serves. */
  readonly isOnlyRelay: boolean;
}

/**
 * What `/healthz` and `/readyz` say. Made anew for every request. A relay that waits for Redis is
 * told, but makes a server not ready only when it has nothing else to serve.
 */
export function healthReply(path: string, parts: HealthParts): HttpReply | undefined {
  if (path === '/healthz') return json(200, { status: 'ok' });
  if (path !== '/readyz') return undefined;
  const { store, draining, relay, isOnlyRelay } = parts;
  if (draining) return json(503, { status: 'draining' });
  const { writable, error } = store.health();
  if (!writable) return json(503, { status: 'store failed', store: store.kind, error: error ?? 'unknown' });
  const facts = { store: store.kind, ...(relay === undefined ? {} : { redis: relay.state }) };
  if (isOnlyRelay && relay?.state !== 'subscribed') return json(503, { status: 'redis not subscribed', ...facts });
  return json(200, { status: 'ready', ...facts });
}

function json(status: number, body: Record<string, string>): HttpReply {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` };
}
