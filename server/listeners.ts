import { dialectPorts, listenDefaults } from './config/defaults.js';
import type {
  DialectName,
  ListenConfig,
  QuicListenConfig,
  TcpListenConfig,
  WsListenConfig,
} from './config/server-config.js';

/** Where a listener binds and what it serves there. Made by `ws()`, `tcp()` and `quic()`. */
export type ListenerSpec = ListenConfig;

/** What a WebSocket listener may be told. */
export type WsOptions = Partial<Omit<WsListenConfig, 'transport'>>;

/** What a TCP listener may be told. */
export type TcpOptions = Partial<Omit<TcpListenConfig, 'transport'>>;

/**
 * A WebSocket listener, with `/healthz` and `/readyz` on the same port. Defaults: host 127.0.0.1,
 * port 8080 (9999 with the dialect text, 8002 with msgtrans; 0: any free one), path /polywire, no TLS.
 */
export function ws(options: WsOptions = {}): ListenerSpec {
  return { ...listenDefaults.ws, ...portOf('ws', options), ...options };
}

/** A TCP listener: a stream of packets. Defaults: host 127.0.0.1, port 8001 (0: any free one). */
export function tcp(options: TcpOptions = {}): ListenerSpec {
  return { ...listenDefaults.tcp, ...portOf('tcp', options), ...options };
}

/** What a QUIC listener may be told. */
export type QuicOptions = Partial<Omit<QuicListenConfig, 'transport'>>;

/**
 * A QUIC listener. It needs the optional package @matrixai/quic, whose binary npm has for linux-x64
 * only. Defaults: host 127.0.0.1, port 8003 (0: any free one), a self-signed certificate for
 * localhost, application protocols polywire, msgtrans and h3.
 */
export function quic(options: QuicOptions = {}): ListenerSpec {
  return { ...listenDefaults.quic, ...portOf('quic', options), ...options };
}

function portOf(
  transport: ListenConfig['transport'],
  { dialect }: { readonly dialect?: DialectName },
): { readonly port?: number } {
  const port = dialect === undefined ? undefined : dialectPorts[dialect]?.[transport];
  return port === undefined ? {} : { port };
}
