// What `@polywire/sdk/once` shows beside its connectOnce().
export type { CallContext, CallOptions } from '@polywire/protocol/wire';
export { type Fragments, fragments, hintOf, PolywireError } from '../core/index.js';
export { type Heartbeats, heartbeats } from './heartbeat.js';
export { OnceClient, type OnceOptions } from './once-client.js';
