import type { LogLevel } from '../log.js';
import type { BanioConfig, KvWireConfig, MsgTransConfig, RelayConfig, TextStoreConfig } from './wire-config.js';

export type {
  BanioConfig,
  KvWireConfig,
  MsgTransConfig,
  RelayConfig,
  TextStoreConfig,
} from './wire-config.js';

/** Everything that can be configured, with every value present. Defaults are in `defaults.ts`. */
export interface ServerConfig {
  /** The addresses that accept connections, at least one. */
  readonly listen: readonly ListenConfig[];
  readonly store: StoreConfig;
  readonly limits: LimitsConfig;
  readonly session: SessionConfig;
  readonly log: LogConfig;
  readonly drain: DrainConfig;
  readonly conformance: ConformanceConfig;
  readonly textStore: TextStoreConfig;
  readonly kvWire: KvWireConfig;
  readonly banio: BanioConfig;
  readonly msgtrans: MsgTransConfig;
  readonly relay: RelayConfig;
  readonly topics: TopicsConfig;
  readonly auth: AuthConfig;
}

export type ListenConfig = WsListenConfig | TcpListenConfig | QuicListenConfig;

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
  /** PEM file of the server's certificate chain. Empty: no TLS. */
  readonly tlsCert: string;
  /** PEM file of its private key. */
  readonly tlsKey: string;
  /** PEM file of the CAs that sign client certificates. */
  readonly tlsCa: string;
  /** required: a client without a certificate of tlsCa cannot connect. */
  readonly tlsClientCert: 'none' | 'required';
  /** Who says a client's id: itself, or its certificate, and no other is taken then. */
  readonly clientIdFrom: 'client' | 'certificate';
  /** What clients may do that give no token. Empty: native ones have auth.anonymous. */
  readonly permissions: readonly string[];
  /** Origins of web pages that may connect; "*" is all. Empty: see `auth/origin-rule.ts`. */
  readonly origins: readonly string[];
}

/** The wires of the server. */
export type DialectName = 'native' | 'text' | 'kv' | 'banio' | 'msgtrans' | 'relay';

export type TcpListenConfig = Omit<WsListenConfig, 'transport' | 'path' | 'origins'> & { readonly transport: 'tcp' };

/** Without tlsCert it has a self-signed certificate for localhost, as QUIC is never without TLS. */
export type QuicListenConfig = Omit<WsListenConfig, 'transport' | 'path' | 'origins'> & {
  readonly transport: 'quic';
  /** Application protocols, one of which a client has to offer. */
  readonly alpn: readonly string[];
};

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
  /** Largest payload of one packet. */
  readonly maxPayloadBytes: number;
  /**
   * Largest message of a call in pieces, at least maxValueBytes + 64 KiB; not above maxPayloadBytes: messages in
   * pieces are not accepted.
   */
  readonly maxMessageBytes: number;
  /** Largest stored value. */
  readonly maxValueBytes: number;
  /** Calls that one session may have running at once. */
  readonly maxCalls: number;
  /** Bytes that may wait for one slow reader before its connection is closed. */
  readonly maxQueuedBytes: number;
  /**
   * A connection may stand still so long before it is closed: while bytes wait for a reader that takes
   * nothing, or in the middle of a packet or frame. 0: for ever.
   */
  readonly stallTimeoutMs: number;
  /** Bytes of packets and frames that are not whole, of all TCP connections of the native wire, BanIO and MsgTrans. */
  readonly maxUnfinishedBytes: number;
  /** From connecting to Hello; a connection that says nothing is closed then. */
  readonly helloTimeoutMs: number;
  /** Subscriptions and watches that one session may have standing at once. */
  readonly maxSubscriptions: number;
  /** Calls that one native session may make in a second; 0: any number. */
  readonly maxRequestsPerSecond: number;
  /** Bytes that one native session may send in a second; 0: any number. */
  readonly maxBytesPerSecond: number;
  /** Connections that each listener takes in a second; 0: any number. */
  readonly maxAcceptsPerSecond: number;
  /** Locks of IoService that one client may hold; of those that do not prove their id, all from one address. */
  readonly maxLocksPerClient: number;
}

/** What is kept of the messages of topics. */
export interface TopicsConfig {
  /** Messages of one topic, pattern or filter; 0: none. */
  readonly historyMessages: number;
  /** Bytes of one topic, pattern or filter. */
  readonly historyBytes: number;
  /** How long a message is kept. */
  readonly historyAgeMs: number;
  /** Bytes of all topics, patterns and filters together. */
  readonly totalBytes: number;
  /** Topics, patterns and filters that are known at once; the longest unused are forgotten for new ones. */
  readonly maxTopics: number;
}

/** Sessions of the native wire. */
export interface SessionConfig {
  /** A session outlives a lost connection so long, that its client can go on with it. 0: it ends with its connection. */
  readonly resumeWindowMs: number;
  /** Sessions without a connection that are kept at once; the one that waits longest ends first. */
  readonly maxParked: number;
  /** Time between heartbeats; a client that is silent for two of them is taken for lost. 0: no heartbeats. */
  readonly heartbeatMs: number;
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

/** Who may connect and what they may do. On when there is a token or a JWT key. */
export interface AuthConfig {
  readonly tokens: readonly AuthTokenConfig[];
  readonly jwt: AuthJwtConfig;
  /** What native clients without a token may do. Empty: nobody connects without one. */
  readonly anonymous: readonly string[];
  /** How long a session goes on after its token has expired. */
  readonly expiryGraceMs: number;
}

export interface AuthTokenConfig {
  /** The token; empty when its hash is given. */
  readonly token: string;
  /** SHA-256 of the token, 64 hexadecimal digits; empty when the token is given. */
  readonly tokenSha256: string;
  /** Empty: the client chooses its id. */
  readonly clientId: string;
  readonly permissions: readonly string[];
}

/** Off when none of jwksUrl, jwksFile and secret is given. */
export interface AuthJwtConfig {
  readonly jwksUrl: string;
  readonly jwksFile: string;
  /** Key of tokens signed with HS256, HS384 or HS512. */
  readonly secret: string;
  /** What iss must be. Empty: anything. */
  readonly issuer: string;
  /** What aud must have. Empty: anything. */
  readonly audience: string;
  /** Empty: RS256, PS256, ES256 and EdDSA; with secret, HS256. */
  readonly algorithms: readonly string[];
  readonly clientIdClaim: string;
  /** Empty: permissions, or scope. */
  readonly permissionsClaim: string;
  readonly clockSkewMs: number;
}

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** One listener as it is given: the transport, and what differs from its defaults. */
export type ListenInput =
  | ({ readonly transport: 'ws' } & Given<Omit<WsListenConfig, 'transport'>>)
  | ({ readonly transport: 'tcp' } & Given<Omit<TcpListenConfig, 'transport'>>)
  | ({ readonly transport: 'quic' } & Given<Omit<QuicListenConfig, 'transport'>>);

/** A configuration as it is given: what is left out has its default. */
export interface ConfigInput {
  /** Given at all, it replaces the default list. */
  readonly listen?: readonly ListenInput[] | undefined;
  readonly store?: Given<StoreConfig> | undefined;
  readonly limits?: Given<LimitsConfig> | undefined;
  readonly session?: Given<SessionConfig> | undefined;
  readonly log?: Given<LogConfig> | undefined;
  readonly drain?: Given<DrainConfig> | undefined;
  readonly conformance?: Given<ConformanceConfig> | undefined;
  readonly textStore?: Given<TextStoreConfig> | undefined;
  readonly kvWire?: Given<KvWireConfig> | undefined;
  readonly banio?: Given<BanioConfig> | undefined;
  readonly msgtrans?: Given<MsgTransConfig> | undefined;
  readonly relay?: Given<RelayConfig> | undefined;
  readonly topics?: Given<TopicsConfig> | undefined;
  readonly auth?: AuthInput | undefined;
}

/** Authentication as it is given. */
export interface AuthInput {
  readonly tokens?: readonly Given<AuthTokenConfig>[] | undefined;
  readonly jwt?: Given<AuthJwtConfig> | undefined;
  readonly anonymous?: readonly string[] | undefined;
  readonly expiryGraceMs?: number | undefined;
}
