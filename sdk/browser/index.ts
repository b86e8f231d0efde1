import type { Client } from '../client/client.js';
import { type ConnectOptions, connectWith } from '../client/connect.js';
import { timerClock } from '../client/timer-clock.js';
import { dialWebSocket } from './dial-websocket.js';

export type { CallContext, CallOptions } from '@polywire/protocol/wire';
export { Client } from '../client/client.js';
export type { ConnectOptions } from '../client/connect.js';
export { PolywireError } from '../core/index.js';

const platform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket },
  clock: timerClock,
  random: Math.random,
  defer: (run: () => void) => queueMicrotask(run),
};

/**
 * Connects to a Polywire server and says Hello. In a browser the URL is `ws://` or `wss://`.
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(platform, url, options);
}
