import { listenDefaults } from './config/defaults.js';
import type { ListenConfig, TcpListenConfig, WsListenConfig } from './config/server-config.js';

/** Where a listener binds and what it serves there. Made by `ws()` and `tcp()`. */
export type ListenerSpec = ListenConfig;

/** What a WebSocket listener may be told. */
export type WsOptions = Partial<Omit<WsListenConfig, 'transport'>>;

/** What a TCP listener may be told. */
export type TcpOptions = Partial<Omit<TcpListenConfig, 'transport'>>;

/**
 * A WebSocket listener, with `/healthz` and `/readyz` on the same port. Defaults: host 127.0.0.1,
 * port 8080 (0: any free one), path /polywire.
 */
export function ws(options: WsOptions = {}): ListenerSpec {
  return { ...listenDefaults.ws, ...options };
}

/** A TCP listener: a stream of packets. Defaults: host 127.0.0.1, port 8001 (0: any free one). */
export function tcp(options: TcpOptions = {}): ListenerSpec {
  return { ...listenDefaults.tcp, ...options };
}
