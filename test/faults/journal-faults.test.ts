import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { afterAll, describe, expect, it } from 'vitest';
import { JOURNAL_FILES, Journal, readJournal } from '../../server/stores/journal.js';
import type { StoreChange } from '../../server/stores/store.js';

const root = mkdtempSync(join(tmpdir(), 'polywire-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const secret = Buffer.alloc(16, 7);
let count = 0;

function newDirectory(): string {
  const path = join(root, `${count++}`);
  mkdirSync(path);
  return path;
}

function change(revision: number, valueBytes = 10): StoreChange {
  const value = new Uint8Array(valueBytes);
  const entry = { key: `k${revision}`, value, kind: ValueKind.BYTES, revision, expiresAtMs: 0 };
  return { space: 's', type: ChangeKind.SET, entry };
}

/** Files below a directory that this process has open. */
function openFiles(directory: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false;
    }
  });
}

describe('Journal in trouble', () => {
  it('is closed only when nothing is on its way to its files, whose numbers others get then', async () => {
    const directory = newDirectory();
    const journal = new Journal(directory, secret);
    const appended = [1, 2, 3].map((revision) => journal.append([change(revision, 4_000_000)], 1));
    await journal.close(false);
    expect((await Promise.allSettled(appended)).map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    expect(readJournal(directory, secret).flatMap(({ changes }) => changes).length).toBe(3);
  });

  it('forgets what it held when it is opened: revisions of refused writes are given out again', async () => {
    const directory = newDirectory();
    const before = new Journal(directory, secret);
    await before.append([change(1)], 1);
    before.rotate();
    await before.append([change(2), change(3)], 1);
    await before.close(false);
    const journal = new Journal(directory, secret);
    expect(JOURNAL_FILES.map((name) => statSync(join(directory, name)).size)).toEqual([0, 0]);
    await journal.append([change(2)], 1);
    expect(readJournal(directory, secret).flatMap(({ changes }) => changes).length).toBe(1);
    await journal.close(false);
  });

  it.skipIf(process.platform !== 'linux')('keeps no file open when it cannot be opened', () => {
    const directory = newDirectory();
    mkdirSync(join(directory, JOURNAL_FILES[1]));
    expect(() => new Journal(directory, secret)).toThrow('EISDIR');
    expect(openFiles(directory)).toEqual([]);
  });
});
