import { statfsSync } from 'node:fs';

/** Room that a store leaves free on its disk. */
const RESERVE_BYTES = 16 * 1024 * 1024;
/** A change copies pages of the tables that it touches. */
const BYTES_PER_CHANGE = 8 * 1024;

/**
 * Fails before a write that might fill the disk. LMDB must not meet a full disk itself: lmdb-js
 * 3.5.6 writes its error text beyond the end of its buffer then, and the process may die.
 * @throws Error with the code ENOSPC
 */
export function checkFreeSpace(path: string, valueBytes: number, changeCount: number): void {
  const { bavail, bsize } = statfsSync(path);
  const freeBytes = bavail * bsize;
  const neededBytes = RESERVE_BYTES + 2 * valueBytes + changeCount * BYTES_PER_CHANGE;
  if (freeBytes >= neededBytes) return;
  const message = `${freeBytes} bytes are free on its disk, and a write needs ${neededBytes}`;
  throw Object.assign(new Error(message), { code: 'ENOSPC' });
}
