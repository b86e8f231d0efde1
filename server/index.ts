export type { Clock, HookedCall, HookedOutcome, Hooks, ServeOptions } from '@polywire/sdk/core';
export type { Authenticate, AuthRequest, Identity } from './auth/identity.js';
export type { Certificate } from './certificates/make-certificate.js';
export {
  makeTestCertificates,
  type TestCertificates,
  type TestCertificatesOptions,
} from './certificates/test-certificates.js';
export { type LoadConfigOptions, type LoadedConfig, loadConfig } from './config/load-config.js';
export type {
  AuthConfig,
  AuthInput,
  BanioConfig,
  KvWireConfig,
  LimitsConfig,
  ListenConfig,
  MsgTransConfig,
  ServerConfig,
} from './config/server-config.js';
export { type AuthOptions, createServer, type ServerOptions } from './create-server.js';
export type { DataSpace } from './data-space.js';
export type {
  Banio,
  BanioHandler,
  BanioMessage,
  BanioOptions,
  BanioPeer,
  BanioRequest,
  DropReason as BanioDropReason,
} from './dialects/banio/banio.js';
export type { BanioData, BanioJson } from './dialects/banio/payload.js';
export type {
  MsgTrans,
  MsgTransCounts,
  MsgTransHandlers,
  MsgTransHead,
  MsgTransMessage,
  MsgTransOptions,
  MsgTransPeer,
  MsgTransRequest,
} from './dialects/msgtrans/msgtrans.js';
export { type ListenerSpec, type QuicOptions, quic, type TcpOptions, tcp, type WsOptions, ws } from './listeners.js';
export { createLogger, type Logger } from './log.js';
export { runServer } from './run-server.js';
export { type ServedService, serve } from './serve.js';
export type { PolywireServer } from './server.js';
export type { ServerIo, ServerTask, ServerWorker, WorkRequestOptions } from './server-io.js';
export type { ServerStats } from './server-stats.js';
export type { ServerEvent } from './sessions/event-stream.js';
export type { Session } from './sessions/session.js';
export { lmdb } from './stores/lmdb.js';
export { memory } from './stores/memory.js';
export type { StoreFactory } from './stores/store-factory.js';
