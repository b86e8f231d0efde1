import type {
  AuthTokenConfig,
  DialectName,
  ListenConfig,
  QuicListenConfig,
  ServerConfig,
  TcpListenConfig,
  WsListenConfig,
} from './server-config.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a message needs beside the value it carries: the key, field tags and the Route. */
export const packetRoomBytes = 64 * KiB;

const noTls = { tlsCert: '', tlsKey: '', tlsCa: '', tlsClientCert: 'none', clientIdFrom: 'client' } as const;

/** What an `[[auth.tokens]]` table leaves out. */
export const authTokenDefaults: AuthTokenConfig = { token: '', tokenSha256: '', clientId: '', permissions: [] };

/** What a `[[listen]]` table of each transport leaves out. */
export const listenDefaults: {
  readonly ws: WsListenConfig;
  readonly tcp: TcpListenConfig;
  readonly quic: QuicListenConfig;
} = {
  ws: {
    transport: 'ws',
    host: '127.0.0.1',
    port: 8080,
    path: '/polywire',
    insecure: false,
    dialect: 'native',
    ...noTls,
    permissions: [],
    origins: [],
  },
  tcp: {
    transport: 'tcp',
    host: '127.0.0.1',
    port: 8001,
    insecure: false,
    dialect: 'native',
    ...noTls,
    permissions: [],
  },
  quic: {
    transport: 'quic',
    host: '127.0.0.1',
    port: 8003,
    insecure: false,
    dialect: 'native',
    ...noTls,
    permissions: [],
    alpn: ['polywire', 'msgtrans', 'h3'],
  },
};

/** Ports of listeners that say a dialect and no port; the others have the port of their transport. */
export const dialectPorts: {
  readonly [dialect in DialectName]?: { readonly [transport in ListenConfig['transport']]?: number };
} = { text: { ws: 9999 }, kv: { tcp: 19_999 }, banio: { tcp: 6789 }, msgtrans: { ws: 8002 } };

/** The one table of defaults. It also says which keys there are; a test compares it with the schema. */
export const defaultConfig: ServerConfig = {
  listen: [
    listenDefaults.ws,
    listenDefaults.tcp,
    { ...listenDefaults.ws, port: 8002, dialect: 'msgtrans' },
    listenDefaults.quic,
    { ...listenDefaults.tcp, port: 19_999, dialect: 'kv' },
    { ...listenDefaults.tcp, port: 6789, dialect: 'banio' },
  ],
  store: {
    kind: 'lmdb',
    path: 'data',
    historyEntries: 10_000,
    historyBytes: 8 * MiB,
  },
  limits: {
    maxConnections: 10_000,
    maxPayloadBytes: 1 * MiB + packetRoomBytes,
    maxMessageBytes: 16 * MiB,
    maxValueBytes: 1 * MiB,
    maxCalls: 1024,
    maxQueuedBytes: 4 * MiB,
    stallTimeoutMs: 30_000,
    maxUnfinishedBytes: 256 * MiB,
    helloTimeoutMs: 5000,
    maxSubscriptions: 1000,
    maxRequestsPerSecond: 0,
    maxBytesPerSecond: 0,
    maxAcceptsPerSecond: 0,
    maxLocksPerClient: 10_000,
  },
  topics: {
    historyMessages: 1000,
    historyBytes: 1 * MiB,
    historyAgeMs: 300_000,
    totalBytes: 64 * MiB,
    maxTopics: 100_000,
  },
  session: { resumeWindowMs: 30_000, maxParked: 10_000, heartbeatMs: 25_000 },
  log: { level: 'info' },
  drain: { timeoutMs: 10_000 },
  conformance: { enabled: true },
  textStore: { prefix: '/ocpp', space: 'client' },
  kvWire: {
    expire: 'ignore',
    publishSubscribe: false,
    maxFrameBytes: 8 * MiB,
    maxBufferedBytes: 256 * MiB,
    stallTimeoutMs: 300_000,
  },
  banio: {
    aesKey: '',
    acceptPlain: false,
    heartbeatTimeoutMs: 0,
    maxFrameBytes: 4 * MiB,
    maxInflatedBytes: 8 * MiB,
    oldEras: false,
  },
  msgtrans: {
    strict: false,
    maxPayloadBytes: 1 * MiB,
    maxMessageBytes: 16 * MiB,
    maxInflatedBytes: 16 * MiB,
    requestTimeoutMs: 10_000,
    echo: true,
    errorReply: '',
    stallTimeoutMs: 300_000,
    onePacketAWrite: true,
  },
  relay: {
    redisUrl: '',
    token: '',
    allowDefaultToken: false,
    channels: ['mempool:tx_analysis', 'mempool:ctf_tx'],
    patterns: [],
    bearer: false,
    origins: [],
    notUtf8: 'empty',
    slowClient: 'close',
    maxMessageBytes: 16 * MiB,
  },
  auth: {
    tokens: [],
    jwt: {
      jwksUrl: '',
      jwksFile: '',
      secret: '',
      issuer: '',
      audience: '',
      algorithms: [],
      clientIdClaim: 'sub',
      permissionsClaim: '',
      clockSkewMs: 5_000,
    },
    anonymous: [],
    expiryGraceMs: 25_000,
  },
};
