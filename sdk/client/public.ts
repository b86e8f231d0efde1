// What every entry of the SDK shows beside its connect().
export type { CallContext, CallOptions } from '@polywire/protocol/wire';
export { type Fragments, fragments, hintOf, PolywireError } from '../core/index.js';
export { type AskOptions, ask } from './ask.js';
export { BareClient, type UseOptions } from './bare-client.js';
export { checkResultSize } from './check-result-size.js';
export { ClientPool, type PoolOptions } from './client-pool.js';
export type { ClientStats } from './client-stats.js';
export type { Addresses } from './connect.js';
export type { ConnectOptions } from './connect-options.js';
export type { ReconnectOptions } from './connection-keeper.js';
export type { ConnectionState, ConnectionStatus } from './connection-status.js';
export { HeldLock, type LockOptions, lock } from './lock.js';
export { type Follower, type OwnSession, type Resumption, type Resumptions, restart } from './resumption.js';
export { serve } from './serve.js';
export type { Token } from './token-source.js';
export { type TaskContext, Worker, type WorkHandler, type WorkOptions, work } from './worker.js';
