import { checkpointPages, sortRows } from './checkpoint-pages.js';
import { checkFreeSpace } from './free-space.js';
import type { LmdbTables, StoreState } from './lmdb-tables.js';
import type { Memtable } from './memtable.js';

export interface CheckpointRange {
  /** Revision up to which the tables know everything. */
  readonly from: number;
  /** Of the store with all rows. */
  readonly state: StoreState;
  /** Keys in one transaction. Default: 512. */
  readonly pageRows?: number | undefined;
  /** Told which share of the rows is in the tables, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Writes the newest states of a memtable into the tables, in several transactions. The tables claim the new
 * revision with the last of them: when it is cut short, the journal is read again, and comes to the same rows.
 */
export async function writeCheckpoint(
  path: string,
  tables: LmdbTables,
  memtable: Memtable,
  { from, state, pageRows, onProgress }: CheckpointRange,
): Promise<void> {
  const sorted = await sortRows([...memtable.rows()]);
  let done = 0;
  let latest = Promise.resolve();
  for (const { rows, byteCount, isLast } of checkpointPages(sorted, pageRows)) {
    const before = latest;
    // It claims the revision, and LMDB may take it after one that failed.
    if (isLast) await before;
    checkFreeSpace(path, byteCount, rows.length);
    latest = tables.commit(rows, isLast ? state : { ...state, revision: from }).then(() => {
      done += rows.length;
      onProgress?.(done / sorted.length);
    });
    // It is awaited below, or the one before it has failed and is reported: this one may never end then.
    latest.catch(() => undefined);
    // While one is written the next is handed over, so that the disk does not wait for the event loop.
    await before;
  }
  await latest;
}
