import type { ServerConfig, TcpListenConfig, WsListenConfig } from './server-config.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What a packet needs beside the value it carries: the key, field tags and the Route. */
export const packetRoomBytes = 64 * KiB;

/** What a `[[listen]]` table of each transport leaves out. */
export const listenDefaults: { readonly ws: WsListenConfig; readonly tcp: TcpListenConfig } = {
  ws: { transport: 'ws', host: '127.0.0.1', port: 8080, path: '/polywire', insecure: false, dialect: 'native' },
  tcp: { transport: 'tcp', host: '127.0.0.1', port: 8001, insecure: false, dialect: 'native' },
};

/** The one table of defaults. It also says which keys there are; a test compares it with the schema. */
export const defaultConfig: ServerConfig = {
  listen: [listenDefaults.ws, listenDefaults.tcp],
  store: {
    kind: 'lmdb',
    path: 'data',
    historyEntries: 10_000,
    historyBytes: 8 * MiB,
  },
  limits: {
    maxConnections: 10_000,
    maxPayloadBytes: 1 * MiB + packetRoomBytes,
    maxValueBytes: 1 * MiB,
    maxCalls: 1024,
    maxQueuedBytes: 4 * MiB,
    helloTimeoutMs: 5000,
  },
  log: { level: 'info' },
  drain: { timeoutMs: 10_000 },
  conformance: { enabled: true },
};
