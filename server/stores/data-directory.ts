import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { JOURNAL_FILES } from './journal.js';
import { isSameProcess, type ProcessMark, readProcessMark } from './process-mark.js';

const LOCK_FILE = 'polywire.lock';
const DATA_FILES = ['data.mdb', 'lock.mdb', ...JOURNAL_FILES];

/**
 * Makes a data directory ready for this process alone. A new directory gets mode 0700, the files
 * in it 0600. A lock file names the process that has it open; one left by a process that was killed
 * is taken over. Processes in other containers cannot be seen.
 * @returns what gives the directory back
 * @throws PolywireError FAILED_PRECONDITION when another process has it open, or it cannot be used
 */
export function claimDataDirectory(path: string): () => void {
  const lockPath = join(path, LOCK_FILE);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    claimLock(path, lockPath);
    for (const name of DATA_FILES) makePrivate(join(path, name));
  } catch (cause) {
    if (PolywireError.is(cause)) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new PolywireError(ErrorCode.FAILED_PRECONDITION, `the data directory ${path} cannot be used: ${text}`, {
      cause,
    });
  }
  return () => rmSync(lockPath, { force: true });
}

function claimLock(path: string, lockPath: string): void {
  const ownPath = join(path, `${LOCK_FILE}.${process.pid}`);
  writeFileSync(ownPath, JSON.stringify(readProcessMark(process.pid)), { mode: 0o600 });
  try {
    // A link appears with its whole content, or fails when the name is taken.
    while (!tryLink(ownPath, lockPath)) removeLeftLock(path, lockPath);
  } finally {
    rmSync(ownPath, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @throws PolywireError FAILED_PRECONDITION when the process that the lock names is running */
function removeLeftLock(path: string, lockPath: string): void {
  const before = readLock(lockPath);
  if (before === undefined) return;
  const owner = parseMark(before);
  if (owner !== undefined && isSameProcess(owner)) throw isOpen(path, owner);
  // Renamed, not removed: another process that found the same lock may have replaced it meanwhile.
  const asidePath = `${lockPath}.left.${process.pid}`;
  try {
    renameSync(lockPath, asidePath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const wasReplaced = readLock(asidePath) !== before;
  if (wasReplaced) tryLink(asidePath, lockPath);
  rmSync(asidePath, { force: true });
}

function readLock(lockPath: string): string | undefined {
  try {
    return readFileSync(lockPath, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined: not a lock of ours, such as a file cut short by a power cut. */
function parseMark(text: string): ProcessMark | undefined {
  try {
    const mark: unknown = JSON.parse(text);
    if (typeof mark !== 'object' || mark === null || !('pid' in mark) || typeof mark.pid !== 'number') return undefined;
    return { pid: mark.pid, started: 'started' in mark && typeof mark.started === 'string' ? mark.started : '' };
  } catch {
    return undefined;
  }
}

/** LMDB would make its files readable for the group. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function isOpen(path: string, owner: ProcessMark): PolywireError {
  return new PolywireError(
    ErrorCode.FAILED_PRECONDITION,
    `process ${owner.pid} has the data directory ${path} open; stop it, or use another directory`,
    { details: { path, pid: String(owner.pid) } },
  );
}
