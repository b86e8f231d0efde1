import { closeSync, cpSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { readDataKey } from './key-space.js';
import { readUint64 } from './value-header.js';

/** LMDB's two pages that say which tree is the newest. */
const META_BYTES = 8192;

/** The files as a process that is killed now would leave them, in another directory. */
export function copyAsAfterCrash(path: string, copy: string): void {
  const filter = (file: string) => !file.endsWith('.lock') && !file.endsWith('lock.mdb');
  let before: Buffer;
  do {
    before = metaPages(path);
    cpSync(path, copy, { recursive: true, filter });
    // A copy takes time: of two transactions meanwhile the second could write over pages that the copy needs.
  } while (!metaPages(path).equals(before));
}

function metaPages(path: string): Buffer {
  const bytes = Buffer.alloc(META_BYTES);
  const fd = openSync(join(path, 'data.mdb'), 'r');
  readSync(fd, bytes, 0, META_BYTES, 0);
  closeSync(fd);
  return bytes;
}

const tables = { encoding: 'binary', keyEncoding: 'binary' } as const;

/** A second look at the same environment, which lmdb-js shares inside a process. */
export function openRaw(path: string) {
  return open<Uint8Array, Uint8Array>({ path, noSubdir: false, overlappingSync: false, ...tables });
}

export function rawTable(path: string, name: 'values' | 'deadlines' | 'meta') {
  return openRaw(path).openDB<Uint8Array, Uint8Array>(name, tables);
}

/** The index of deadlines, as "<deadline> <space> <key>", in any order. */
export function deadlineIndex(path: string): string[] {
  return [...rawTable(path, 'deadlines').getKeys()].map((row) => {
    const { space, key } = readDataKey(row, 8);
    return `${readUint64(row, 0)} ${space} ${key}`;
  });
}
