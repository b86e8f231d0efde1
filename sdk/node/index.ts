import { Client } from '../client/client.js';
import { type Addresses, connectWith } from '../client/connect.js';
import type { ConnectOptions } from '../client/connect-options.js';
import type { Platform } from '../client/platform.js';
import { timerClock } from '../client/timer-clock.js';
import { dialQuic } from './dial-quic.js';
import { dialTcp, dialTcps } from './dial-tcp.js';
import { dialWebSocket } from './dial-websocket.js';
import type { TlsOptions } from './tls-options.js';

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
export type { TlsOptions } from './tls-options.js';

export interface NodeConnectOptions extends ConnectOptions {
  /** For `wss://`, `tcps://` and `quic://`: whom to trust, and this client's certificate. Default: Node's own CAs, none. */
  readonly tls?: TlsOptions;
}

function platformWith(tls: TlsOptions): Platform {
  return {
    dialers: {
      'ws:': dialWebSocket(tls),
      'wss:': dialWebSocket(tls),
      'tcp:': dialTcp,
      'tcps:': dialTcps(tls),
      'quic:': dialQuic(tls),
    },
    clock: timerClock,
    random: Math.random,
    defer: queueMicrotask,
  };
}

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
  return connectWith(Client, platformWith(options.tls ?? {}), url, options);
}
