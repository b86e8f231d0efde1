import type { LogLevel } from '../log.js';

/** Everything that can be configured, with every value present. Defaults are in `defaults.ts`. */
export interface ServerConfig {
  /** The addresses that accept connections, at least one. */
  readonly listen: readonly ListenConfig[];
  readonly store: StoreConfig;
  readonly limits: LimitsConfig;
  readonly log: LogConfig;
  readonly drain: DrainConfig;
  readonly conformance: ConformanceConfig;
}

export type ListenConfig = WsListenConfig | TcpListenConfig;

export interface WsListenConfig {
  readonly transport: 'ws';
  /** Address or name to bind. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Path of the native WebSocket. */
  readonly path: string;
  /** Allows a host that other machines can reach although nobody has to authenticate. */
  readonly insecure: boolean;
  /** The wire that is spoken. */
  readonly dialect: DialectName;
}

/** The wires of the server. */
export type DialectName = 'native' | 'text' | 'kv' | 'banio' | 'msgtrans' | 'relay';

export type TcpListenConfig = Omit<WsListenConfig, 'transport' | 'path'> & { readonly transport: 'tcp' };

export interface StoreConfig {
  readonly kind: 'memory' | 'lmdb';
  /** Directory of a file-backed store; a relative one begins at the working directory. */
  readonly path: string;
  /** Changes that are kept for watches that begin at an earlier revision. */
  readonly historyEntries: number;
  /** Bytes of keys and values that the history may hold. */
  readonly historyBytes: number;
}

export interface LimitsConfig {
  /** Connections at once on each listener. */
  readonly maxConnections: number;
  /** Largest payload of one packet; at least maxValueBytes + 64 KiB. */
  readonly maxPayloadBytes: number;
  /** Largest stored value. */
  readonly maxValueBytes: number;
  /** Calls that one session may have running at once. */
  readonly maxCalls: number;
  /** Bytes that may wait for one slow reader before its connection is closed. */
  readonly maxQueuedBytes: number;
  /** From connecting to Hello; a connection that says nothing is closed then. */
  readonly helloTimeoutMs: number;
}

export interface LogConfig {
  readonly level: LogLevel;
}

export interface DrainConfig {
  /** What running calls have to end when the server stops. */
  readonly timeoutMs: number;
}

export interface ConformanceConfig {
  /** Serves ConformanceService, which the conformance suite calls. */
  readonly enabled: boolean;
}

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** One listener as it is given: the transport, and what differs from its defaults. */
export type ListenInput =
  | ({ readonly transport: 'ws' } & Given<Omit<WsListenConfig, 'transport'>>)
  | ({ readonly transport: 'tcp' } & Given<Omit<TcpListenConfig, 'transport'>>);

/** A configuration as it is given: what is left out has its default. */
export interface ConfigInput {
  /** Given at all, it replaces the default list. */
  readonly listen?: readonly ListenInput[] | undefined;
  readonly store?: Given<StoreConfig> | undefined;
  readonly limits?: Given<LimitsConfig> | undefined;
  readonly log?: Given<LogConfig> | undefined;
  readonly drain?: Given<DrainConfig> | undefined;
  readonly conformance?: Given<ConformanceConfig> | undefined;
}
