import { connectOnceWith, type OnceClient, type OnceOptions } from '../client/once-client.js';
import { oncePlatform } from './once-platform.js';

export * from '../client/public-once.js';

/**
 * `connect()` for the smallest bundles: one connection, which is not replaced when it is lost. The client has no
 * services of its own, `client.use(KvServiceCalls)` brings in those that are used.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connectOnce(url: string | URL, options: OnceOptions = {}): Promise<OnceClient> {
  return connectOnceWith(oncePlatform, url, options);
}
