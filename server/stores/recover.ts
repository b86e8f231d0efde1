import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { writeCheckpoint } from './checkpoint.js';
import { readJournal } from './journal.js';
import type { LmdbTables, StoreState } from './lmdb-tables.js';
import { Memtable } from './memtable.js';

/**
 * Puts into the tables what only the journal holds, as after a crash, and proves that they take writes.
 * A record at the end that was cut short was never acknowledged, and is left out.
 * @param pageRows keys in one transaction
 * @returns the state of the store afterwards
 * @throws PolywireError STORAGE_FAILED when the journal goes on after a gap
 */
export async function recover(path: string, tables: LmdbTables, pageRows?: number): Promise<StoreState> {
  const before = tables.state();
  const memtable = new Memtable();
  let { revision, lastSeenMs } = before;
  for (const record of readJournal(path, tables.secret)) {
    lastSeenMs = Math.max(lastSeenMs, record.lastSeenMs);
    const firstRevision = record.changes[0]?.entry.revision ?? 0;
    const lastRevision = record.changes.at(-1)?.entry.revision ?? 0;
    // It is of an earlier time: its file has not been written over yet. Or a value of a record that was cut
    // short holds a copy of it.
    if (lastRevision <= revision) continue;
    if (firstRevision !== revision + 1) throw gap(path, revision, firstRevision);
    for (const change of record.changes) {
      memtable.stage(change, tables.peek(change.space, change.entry.key)?.expiresAtMs ?? 0);
    }
    revision = lastRevision;
  }
  const state = { revision, lastSeenMs };
  await writeCheckpoint(path, tables, memtable, { from: before.revision, state, pageRows });
  return state;
}

/** One write is flushed before the next is begun, so that only the last of them can be cut short. */
function gap(path: string, revision: number, nextRevision: number): PolywireError {
  return new PolywireError(
    ErrorCode.STORAGE_FAILED,
    `the store in ${path} ends with revision ${revision}, and its journal goes on with ${nextRevision}: a part of it is ` +
      'damaged or missing; restore a backup of all files of the directory',
  );
}
