import { BareClient } from '../client/bare-client.js';
import { type Addresses, connectWith } from '../client/connect.js';
import type { ConnectOptions } from '../client/connect-options.js';
import { platform } from './platform.js';

export * from '../client/public.js';

/**
 * `connect()` for small bundles: the client has no services of its own, `client.use(KvService)` brings in those that
 * are used.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: Addresses, options: ConnectOptions = {}): Promise<BareClient> {
  return connectWith(BareClient, platform, url, options);
}
