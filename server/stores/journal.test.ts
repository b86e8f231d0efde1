import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { setChange } from './changes.cases.js';
import { JOURNAL_FILES, Journal, readJournal } from './journal.js';
import { BLOCK_BYTES, readRecords } from './journal-record.js';
import type { StoreChange } from './store.js';

const root = mkdtempSync(join(tmpdir(), 'polywire-journal-'));
const secret = Buffer.from('a secret of 16 b');
let count = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

function newDirectory(): string {
  const path = join(root, `${count++}`);
  mkdirSync(path);
  return path;
}

/** Revisions of each record in one file, or in all in the order of recovery. */
function revisionsIn(path: string, file?: 0 | 1): number[][] {
  const records =
    file === undefined ? readJournal(path, secret) : readRecords(readFileSync(join(path, JOURNAL_FILES[file])), secret);
  return records.map(({ changes }) => changes.map(({ entry }) => entry.revision));
}

const one = (revision: number, byteCount = 10): StoreChange[] => [setChange(revision, 'k', Buffer.alloc(byteCount, 1))];

describe('Journal', () => {
  it('gives back in order what was appended by many small calls, and the newest time', async () => {
    const path = newDirectory();
    const journal = new Journal(path, secret);
    const done: number[] = [];
    const appended: Promise<unknown>[] = [];
    for (let revision = 1; revision <= 600; revision++) {
      const byteCount = (revision * 7919) % 9000;
      appended.push(journal.append(one(revision, byteCount), revision).then(() => done.push(revision)));
      if (revision % 50 === 0) await Promise.all(appended);
      else if (revision % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await journal.append([], 9999);
    const inOrder = Array.from({ length: 600 }, (_, index) => index + 1);
    expect(done).toEqual(inOrder);
    const records = readJournal(path, secret);
    expect(records.flatMap(({ changes }) => changes.map(({ entry }) => entry.revision))).toEqual(inOrder);
    expect(records.length).toBeLessThan(400);
    expect(Math.max(...records.map(({ lastSeenMs }) => lastSeenMs))).toBe(9999);
    for (const { changes } of records) {
      for (const { entry } of changes) expect(entry.value.length).toBe((entry.revision * 7919) % 9000);
    }
    await journal.close(false);
  });

  it('puts what comes during a flush into the next record, and is done in order', async () => {
    const path = newDirectory();
    const journal = new Journal(path, secret);
    const order: string[] = [];
    const first = journal.append(one(1), 1).then(() => {
      order.push('first');
      // A process that ends now has the first, whatever becomes of the others.
      expect(revisionsIn(path)[0]).toEqual([1]);
    });
    const second = journal.append([...one(2), ...one(3)], 2).then(() => order.push('second'));
    const third = journal.append(one(4), 3).then(() => order.push('third'));
    await Promise.all([third, second, first]);
    expect(order).toEqual(['first', 'second', 'third']);
    expect(revisionsIn(path)).toEqual([[1], [2, 3, 4]]);
    expect(journal.byteCount).toBe(2 * BLOCK_BYTES);
    await journal.close(false);
  });

  it('goes on in the other file after a rotation, and comes back to write over the first', async () => {
    const path = newDirectory();
    const journal = new Journal(path, secret);
    await journal.append(one(1, 20_000), 1);
    await journal.append(one(2), 1);
    // What was appended before the rotation stays in the first file, although it is flushed after it.
    const before = journal.append(one(3), 1);
    const alsoBefore = journal.append(one(4), 1);
    journal.rotate();
    expect(journal.byteCount).toBe(0);
    const after = journal.append(one(5), 1);
    await Promise.all([before, alsoBefore, after]);
    expect([revisionsIn(path, 0), revisionsIn(path, 1)]).toEqual([[[1], [2], [3], [4]], [[5]]]);
    expect(revisionsIn(path)).toEqual([[1], [2], [3], [4], [5]]);
    journal.rotate();
    await journal.append(one(6), 1);
    expect(journal.byteCount).toBe(BLOCK_BYTES);
    // Of the first, which was longer, nothing can be read; what was behind it is still there.
    expect(revisionsIn(path, 0)).toEqual([[6], [2], [3], [4]]);
    expect(revisionsIn(path)).toEqual([[2], [3], [4], [5], [6]]);
    await journal.close(false);
  });

  it('keeps its files when it is closed, or empties them', async () => {
    const path = newDirectory();
    const first = new Journal(path, secret);
    await first.append(one(1), 1);
    first.rotate();
    await first.append(one(2), 1);
    await first.close(false);
    expect(revisionsIn(path)).toEqual([[1], [2]]);
    const second = new Journal(path, secret);
    expect(second.byteCount).toBe(0);
    await second.append(one(3), 1);
    // What it held is in the tables, or was refused.
    expect(revisionsIn(path)).toEqual([[3]]);
    await second.close(true);
    expect(JOURNAL_FILES.map((name) => statSync(join(path, name)).size)).toEqual([0, 0]);
    expect(revisionsIn(path)).toEqual([]);
  });

  it('holds nothing where there is none, and nothing for those who have another secret', async () => {
    const path = newDirectory();
    expect(readJournal(path, secret)).toEqual([]);
    const journal = new Journal(path, secret);
    await journal.append(one(1), 1);
    await journal.close(false);
    expect(readJournal(path, Buffer.from('another secret..'))).toEqual([]);
  });
});

const smallDisk = join(root, 'small disk');
mkdirSync(smallDisk);
const DISK_BYTES = 256 * 1024;
const hasSmallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', smallDisk]).status === 0;
if (!hasSmallDisk)
  process.stderr.write('The test of a journal on a full disk is SKIPPED: it needs the right to mount one.\n');

describe.skipIf(!hasSmallDisk)('Journal on a full disk', () => {
  afterAll(() => void spawnSync('umount', ['-l', smallDisk]));

  it('refuses everything with the first error, and cuts off what it refused', async () => {
    const journal = new Journal(smallDisk, secret);
    await journal.append(one(1, 5000), 1);
    await journal.append(one(2), 1);
    const kept = journal.byteCount;
    const tooLarge = journal.append(one(3, DISK_BYTES), 1);
    const behind = journal.append(one(4), 1);
    journal.rotate();
    const elsewhere = journal.append(one(5), 1);
    const outcomes = await Promise.allSettled([tooLarge, behind, elsewhere]);
    const later = await Promise.allSettled([journal.append(one(6), 1), journal.append([], 1)]);
    const reasons = [...outcomes, ...later].map((outcome) => (outcome.status === 'rejected' ? outcome.reason : 'done'));
    expect(reasons[0]).toMatchObject({ code: 'ENOSPC' });
    for (const reason of reasons) expect(reason).toBe(reasons[0]);
    expect(JOURNAL_FILES.map((name) => statSync(join(smallDisk, name)).size)).toEqual([kept, 0]);
    expect(revisionsIn(smallDisk)).toEqual([[1], [2]]);
    await journal.close(false);
    expect(revisionsIn(smallDisk)).toEqual([[1], [2]]);
  });
});
