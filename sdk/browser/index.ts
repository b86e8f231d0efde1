import { Client } from '../client/client.js';
import { type Addresses, connectWith } from '../client/connect.js';
import type { ConnectOptions } from '../client/connect-options.js';
import { timerClock } from '../client/timer-clock.js';
import { dialWebSocket } from './dial-websocket.js';
import { onWake } from './on-wake.js';

export type { CallContext, CallOptions } from '@polywire/protocol/wire';
export { BareClient, type ClientStats, type UseOptions } from '../client/bare-client.js';
export { Client } from '../client/client.js';
export type { Addresses } from '../client/connect.js';
export type { ConnectOptions } from '../client/connect-options.js';
export type { ReconnectOptions } from '../client/connection-keeper.js';
export type { ConnectionState, ConnectionStatus } from '../client/connection-status.js';
export { type Follower, type OwnSession, type Resumption, type Resumptions, restart } from '../client/resumption.js';
export type { Token } from '../client/token-source.js';
export { PolywireError } from '../core/index.js';

const platform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket },
  clock: timerClock,
  random: Math.random,
  defer: (run: () => void) => queueMicrotask(run),
  onWake,
};

/**
 * Connects to a Polywire server and says Hello, then keeps the connection alive until `close()`. In a browser the URL
 * is `ws://` or `wss://`; of several, the next is tried when one fails.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: Addresses, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(Client, platform, url, options);
}
