import { Client } from '../client/client.js';
import { ClientPool, type PoolOptions } from '../client/client-pool.js';
import { type Addresses, connectWith } from '../client/connect.js';
import type { ConnectOptions } from '../client/connect-options.js';
import { platform } from './platform.js';

export { Client, type OfferOptions } from '../client/client.js';
export * from '../client/public.js';

/**
 * Connects to a Polywire server and says Hello, then keeps the connection alive until `close()`. In a browser the URL
 * is `ws://` or `wss://`; of several, the next is tried when one fails.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: Addresses, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(Client, platform, url, options);
}

/**
 * Several connections to a server that are used like one client: each unary call goes to the least busy of them.
 *
 * @throws PolywireError as connect()
 */
export function connectPool(url: Addresses, options: ConnectOptions & PoolOptions = {}): Promise<ClientPool<Client>> {
  return ClientPool.open(() => connect(url, options), options);
}
