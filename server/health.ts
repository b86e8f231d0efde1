import type { Store } from './stores/store.js';
import type { HttpReply } from './transports/listener.js';

/** What `/healthz` and `/readyz` say. Made anew for every request. */
export function healthReply(path: string, store: Store, draining: boolean): HttpReply | undefined {
  if (path === '/healthz') return json(200, { status: 'ok' });
  if (path !== '/readyz') return undefined;
  if (draining) return json(503, { status: 'draining' });
  const { writable, error } = store.health();
  if (!writable) return json(503, { status: 'store failed', store: store.kind, error: error ?? 'unknown' });
  return json(200, { status: 'ready', store: store.kind });
}

function json(status: number, body: Record<string, string>): HttpReply {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` };
}
