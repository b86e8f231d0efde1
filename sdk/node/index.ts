import { Client } from '../client/client.js';
import { ClientPool, type PoolOptions } from '../client/client-pool.js';
import { type Addresses, connectWith } from '../client/connect.js';
import { type NodeConnectOptions, platformWith } from './platform.js';

export { Client, type OfferOptions } from '../client/client.js';
export * from '../client/public.js';
export type { TcpOptions } from './dial-tcp.js';
export type { NodeConnectOptions } from './platform.js';
export type { TlsOptions } from './tls-options.js';

/**
 * Connects to a Polywire server and says Hello, then keeps the connection alive until `close()`. The URL picks the
 * transport: `ws://` or `tcp://`, and over TLS `wss://`, `tcps://` or `quic://`; of several, the next is tried when
 * one fails.
 *
 * ```ts
 * const client = await connect('ws://127.0.0.1:8080/polywire', { clientId: 'CS001' })
 * await client.kv.set({ key: 'name', value: new TextEncoder().encode('Ada') })
 * await client.close()
 * ```
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: Addresses, options: NodeConnectOptions = {}): Promise<Client> {
  return connectWith(Client, platformWith(options), url, options);
}

/**
 * Several connections to a server that are used like one client: each unary call goes to the least busy of them.
 *
 * @throws PolywireError as connect()
 */
export function connectPool(
  url: Addresses,
  options: NodeConnectOptions & PoolOptions = {},
): Promise<ClientPool<Client>> {
  return ClientPool.open(() => connect(url, options), options);
}
