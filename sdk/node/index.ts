import type { Client } from '../client/client.js';
import { type ConnectOptions, connectWith } from '../client/connect.js';
import { timerClock } from '../client/timer-clock.js';
import { dialTcp } from './dial-tcp.js';
import { dialWebSocket } from './dial-websocket.js';

export type { CallContext, CallOptions } from '@polywire/protocol/wire';
export { Client } from '../client/client.js';
export type { ConnectOptions } from '../client/connect.js';
export { PolywireError } from '../core/index.js';

const platform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket, 'tcp:': dialTcp },
  clock: timerClock,
  random: Math.random,
  defer: queueMicrotask,
};

/**
 * Connects to a Polywire server and says Hello. The URL picks the transport: `ws://`, `wss://` or
 * `tcp://`.
 *
 * ```ts
 * const client = await connect('ws://127.0.0.1:8080/polywire', { clientId: 'CS001' })
 * await client.kv.set({ key: 'name', value: new TextEncoder().encode('Ada') })
 * await client.close()
 * ```
 *
 * @throws PolywireError INVALID_URL, UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Promise<Client> {
  return connectWith(platform, url, options);
}
