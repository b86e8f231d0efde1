import type { ListenerHost } from './listener.js';

/**
 * Tells the host about a failure. Never throws, whatever the host does: uWebSockets.js ends the
 * process when one of its callbacks throws before a request is answered.
 */
export function reportTo(host: ListenerHost, thrown: unknown): void {
  try {
    host.onError(thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown }));
  } catch {
    // The one who would be told is the one who failed.
  }
}
