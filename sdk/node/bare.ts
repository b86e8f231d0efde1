import { BareClient } from '../client/bare-client.js';
import { type Addresses, connectWith } from '../client/connect.js';
import { type NodeConnectOptions, platformWith } from './platform.js';

export * from '../client/public.js';
export type { TcpOptions } from './dial-tcp.js';
export type { NodeConnectOptions } from './platform.js';
export type { TlsOptions } from './tls-options.js';

/**
 * `connect()` for small bundles: the client has no services of its own, `client.use(KvService)` brings in those that
 * are used.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: Addresses, options: NodeConnectOptions = {}): Promise<BareClient> {
  return connectWith(BareClient, platformWith(options), url, options);
}
