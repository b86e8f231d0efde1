import type { Clock } from '@polywire/sdk/core';
import type { Store } from './store.js';

/** What a store gets from the server that opens it. */
export interface StoreEnvironment {
  readonly clock: Clock;
  /** A failure that no caller can be blamed for, such as a disk that refuses a write. */
  onError(error: Error): void;
}

/** Opens a store; `memory()` and `lmdb({ path })` make one. */
export type StoreFactory = (environment: StoreEnvironment) => Promise<Store>;
