import { statfsSync } from 'node:fs';
import { MAX_PAGE_ROWS } from './checkpoint-pages.js';

/** Room that a store leaves free on its disk. */
const RESERVE_BYTES = 16 * 1024 * 1024;
/** A change copies pages of the tables that it touches; those of one transaction are free for the next but one. */
const COPIED_BYTES = 8 * 1024;
/** Pages that so many changes copy are there at once. */
const CHANGES_AT_ONCE = 2 * MAX_PAGE_ROWS;
/** What a change may leave in the tables beside its value: keys, and pages that are not full. */
const BYTES_PER_CHANGE = 1024;

/**
 * Fails before a write that might fill the disk. LMDB must not meet a full disk itself: lmdb-js
 * 3.5.6 writes its error text beyond the end of its buffer then, and the process may die.
 * @throws Error with the code ENOSPC
 */
export function checkFreeSpace(path: string, valueBytes: number, changeCount: number): void {
  const { bavail, bsize } = statfsSync(path);
  const freeBytes = bavail * bsize;
  const copiedBytes = Math.min(changeCount, CHANGES_AT_ONCE) * COPIED_BYTES;
  const neededBytes = RESERVE_BYTES + 3 * valueBytes + changeCount * BYTES_PER_CHANGE + copiedBytes;
  if (freeBytes >= neededBytes) return;
  const message = `${freeBytes} bytes are free on its disk, and a write needs ${neededBytes}`;
  throw Object.assign(new Error(message), { code: 'ENOSPC' });
}
