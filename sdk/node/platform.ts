import type { ConnectOptions } from '../client/connect-options.js';
import { farewell } from '../client/farewell.js';
import type { Platform } from '../client/platform.js';
import { timerClock } from '../client/timer-clock.js';
import { dialQuic } from './dial-quic.js';
import { dialTcp, dialTcps, type TcpOptions } from './dial-tcp.js';
import { dialWebSocket } from './dial-websocket.js';
import type { TlsOptions } from './tls-options.js';

/** What only Node can be told. */
export interface PlatformOptions {
  /** For `wss://`, `tcps://` and `quic://`: whom to trust, and this client's certificate. Default: Node's own CAs, none. */
  readonly tls?: TlsOptions;
  /** For `tcp://` and `tcps://`. */
  readonly tcp?: TcpOptions;
}

export interface NodeConnectOptions extends ConnectOptions, PlatformOptions {}

/** What Node brings along. */
export function platformWith({ tls = {}, tcp = {} }: PlatformOptions): Platform {
  return {
    dialers: {
      'ws:': dialWebSocket(tls),
      'wss:': dialWebSocket(tls),
      'tcp:': dialTcp(tcp),
      'tcps:': dialTcps(tls, tcp),
      'quic:': dialQuic(tls),
    },
    clock: timerClock,
    random: Math.random,
    defer: queueMicrotask,
    farewell,
  };
}
