import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** ENOSPC, EDQUOT, EFBIG as numbers and as Node names them, and LMDB's MDB_MAP_FULL. */
const noRoom: ReadonlySet<unknown> = new Set([28, 122, 27, 'ENOSPC', 'EDQUOT', 'EFBIG', -30_792]);

/** What reading, opening or writing a store comes to when the system refuses: STORAGE_FULL or STORAGE_FAILED. */
export function storageFailure(path: string, cause: unknown): PolywireError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const { code, errno } = (cause ?? {}) as { code?: unknown; errno?: unknown };
  // Node has no name for EDQUOT, and gives its number below 0.
  const isFull = noRoom.has(code) || (typeof errno === 'number' && noRoom.has(-errno));
  return isFull
    ? new PolywireError(ErrorCode.STORAGE_FULL, `no room for the store in ${path}: ${text}`, { cause })
    : new PolywireError(ErrorCode.STORAGE_FAILED, `the store in ${path} failed: ${text}`, { cause });
}
