import { resolve } from 'node:path';
import { PolywireError } from '@polywire/sdk/core';
import { claimDataDirectory } from './data-directory.js';
import { LmdbStore } from './lmdb-store.js';
import { LmdbTables } from './lmdb-tables.js';
import { recover } from './recover.js';
import { storageFailure } from './storage-failure.js';
import type { StoreFactory } from './store-factory.js';
import { CHECKPOINT_LIMITS, type CheckpointLimits } from './write-ahead.js';

export interface LmdbOptions {
  /** Directory of the data; made with mode 0700 if it is missing. One process at a time may have it open. */
  readonly path: string;
  /** Bytes of values that may wait for the disk before writes fail with RESOURCE_EXHAUSTED. Default: 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
}

const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/**
 * A store in files, level DISK: a write resolves after the disk has flushed it to a journal, together with
 * all writes of that time. From there it goes into LMDB, many at once. Opening fails with FAILED_PRECONDITION
 * when another process has the directory open, or a newer release wrote it.
 */
export function lmdb(options: LmdbOptions): StoreFactory {
  return lmdbWithin(options, CHECKPOINT_LIMITS);
}

/** `lmdb` with limits of one's own: a test that wants to meet many checkpoints has smaller ones. */
export function lmdbWithin(options: LmdbOptions, limits: CheckpointLimits): StoreFactory {
  return async (environment) => {
    const path = resolve(options.path);
    const release = claimDataDirectory(path);
    let tables: LmdbTables | undefined;
    try {
      tables = new LmdbTables(path);
      const state = await recover(path, tables, limits.pageRows);
      return new LmdbStore({
        path,
        maxQueuedBytes: options.maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES,
        environment,
        tables,
        limits,
        state,
        release,
      });
    } catch (error) {
      await tables?.close().catch(() => undefined);
      release();
      throw PolywireError.is(error) ? error : storageFailure(path, error);
    }
  };
}
