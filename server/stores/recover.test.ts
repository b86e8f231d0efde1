import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { removal, setChange } from './changes.cases.js';
import { copyAsAfterCrash, deadlineIndex, openRaw, rawTable } from './crash-copy.cases.js';
import { Journal } from './journal.js';
import { BLOCK_BYTES, RecordWriter } from './journal-record.js';
import { lmdb } from './lmdb.js';
import { LmdbTables, type StoreState } from './lmdb-tables.js';
import { Memtable, type Row } from './memtable.js';
import { recover } from './recover.js';
import type { Store, StoreChange } from './store.js';
import { codeOf, set, text } from './store-under-test.cases.js';

const root = mkdtempSync(join(tmpdir(), 'polywire-recover-'));
let count = 0;
const newPath = (): string => join(root, `${count++}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const START_MS = new FakeClock().now();

function openAt(path: string): Promise<Store> {
  return lmdb({ path })({ clock: new FakeClock(), onError: (error) => expect.fail(error.message) });
}

/** A store whose journal the case writes. */
async function makeStore(path = newPath()): Promise<{ path: string; tables: LmdbTables; journal: Journal }> {
  await (await openAt(path)).close();
  const tables = new LmdbTables(path);
  return { path, tables, journal: new Journal(path, tables.secret) };
}

function afterCrash(path: string): string {
  const copy = newPath();
  copyAsAfterCrash(path, copy);
  return copy;
}

/** What a store holds when it is opened, "key=value" and its revision; and whether its index of deadlines is right. */
async function contentsOf(path: string, space = 's'): Promise<string[]> {
  const store = await openAt(path);
  const entries = store.scan(space, { prefix: '', limit: 10_000 });
  const { revision } = store;
  await store.close();
  const deadlines = entries.filter(({ expiresAtMs }) => expiresAtMs !== 0);
  const expected = deadlines.map(({ expiresAtMs, key }) => `${expiresAtMs} ${space} ${key}`);
  expect(deadlineIndex(path).sort()).toEqual(expected.sort());
  return [...entries.map(({ key, value }) => `${key}=${text(value)}`), `at ${revision}`];
}

const later = (ms: number) => ({ expiresAtMs: START_MS + ms });
/** Deadlines are set, changed, ended and removed; keys come back. */
const changes = [
  setChange(1, 'plain', 'old'),
  setChange(2, 'moved', 'v', later(1000)),
  setChange(3, 'ended', 'v', later(1000)),
  setChange(4, 'gone', 'v', later(1000)),
  setChange(5, 'back', 'v', later(1000)),
  setChange(6, 'moved', 'w', later(2000)),
  setChange(7, 'ended', 'w'),
  removal(8, 'gone'),
  removal(9, 'back'),
  setChange(10, 'back', 'w', later(3000)),
  setChange(11, 'moved', 'x', later(4000)),
  setChange(12, 'plain', 'new'),
];
const contents = ['back=w', 'ended=w', 'moved=x', 'plain=new', 'at 12'];

function rowsOf(some: readonly StoreChange[]): Row[] {
  const memtable = new Memtable();
  for (const change of some) memtable.stage(change, 0);
  return [...memtable.rows()];
}

describe('recovery', () => {
  it.each([0, 1, 5, 7, 9, 11, 12])('finds all changes in both files, the second with %i of them', async (inSecond) => {
    const { path, journal, tables } = await makeStore();
    for (const [index, change] of changes.entries()) {
      if (index === changes.length - inSecond) journal.rotate();
      await journal.append([change], 5);
    }
    expect(await contentsOf(afterCrash(path))).toEqual(contents);
    await journal.close(false);
    await tables.close();
    expect(await contentsOf(path)).toEqual(contents);
    // Once more: nothing is left to recover.
    expect(await contentsOf(path)).toEqual(contents);
  });

  it.each([1, 2, 3, 6, 10, 12])(
    'writes over what a checkpoint of %i changes left behind when it was cut short',
    async (done) => {
      const { path, journal, tables } = await makeStore();
      for (const change of changes) await journal.append([change], 5);
      const rows = rowsOf(changes.slice(0, done));
      // Each transaction but the last claims the revision before.
      for (const row of rows) await tables.commit([row], { revision: 0, lastSeenMs: 9 });
      expect(await contentsOf(afterCrash(path))).toEqual(contents);
      // With the last one it knows of these changes, and the rest follows.
      await tables.commit([], { revision: done, lastSeenMs: 9 });
      expect(await contentsOf(afterCrash(path))).toEqual(contents);
      await tables.close();
    },
  );

  it('comes to the same when it was itself cut short, at any of its transactions', async () => {
    const { path, journal, tables } = await makeStore();
    for (const change of changes) await journal.append([change], 5);
    const large = Array.from({ length: 200 }, (_, index) =>
      setChange(13 + index, `k${index}`, 'v', later(index * 10 + 10)),
    );
    await journal.append(large, 77);
    const whole = await contentsOf(afterCrash(path));
    expect(whole.length).toBe(205);
    const copies: string[] = [];
    const claims: number[] = [];
    class WatchedTables extends LmdbTables {
      override async commit(rows: readonly Row[], state: StoreState): Promise<void> {
        await super.commit(rows, state);
        claims.push(this.state().revision);
        copies.push(afterCrash(path));
      }
    }
    const state = await recover(path, new WatchedTables(path), 20);
    expect(state).toEqual({ revision: 212, lastSeenMs: 77 });
    expect(claims).toEqual([...new Array<number>(10).fill(0), 212]);
    for (const copy of copies) expect(await contentsOf(copy)).toEqual(whole);
    await tables.close();
  });

  it('leaves out a last record that was cut short, wherever that was', async () => {
    const { path, journal, tables } = await makeStore();
    await journal.append(changes.slice(0, 11), 5);
    const kept = journal.byteCount;
    await journal.append([setChange(12, 'plain', 'x'.repeat(3 * BLOCK_BYTES))], 5);
    await tables.close();
    for (let length = kept; length < journal.byteCount - BLOCK_BYTES; length += 1500) {
      const copy = afterCrash(path);
      truncateSync(join(copy, 'journal.0'), length);
      const expected = ['back=w', 'ended=w', 'moved=x', 'plain=old', 'at 11'];
      expect(await contentsOf(copy)).toEqual(expected);
      // The revision is given out again, and what is left of the record does not come back.
      const store = await openAt(copy);
      expect(await store.write('s', [set('again', 'v')])).toMatchObject([{ revision: 12 }]);
      expect(await contentsOf(afterCrash(copy))).toEqual(['again=v', ...expected.slice(0, 4), 'at 12']);
      await store.close();
    }
  });

  it('ignores a copy of a record in the value of one that was cut short', async () => {
    const { path, journal, tables } = await makeStore();
    const writer = new RecordWriter();
    writer.add(changes.slice(0, 6), 5);
    await journal.append(changes.slice(0, 6), 5);
    await journal.append(changes.slice(6), 5);
    expect(journal.byteCount).toBe(2 * BLOCK_BYTES);
    // Its first block, with which it is not whole, and what its value holds in the next.
    const torn = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), writer.finish(tables.secret)]);
    writeFileSync(join(path, 'journal.0'), Buffer.concat([readFileSync(join(path, 'journal.0')), torn]));
    expect(await contentsOf(afterCrash(path))).toEqual(contents);
    await tables.close();
  });

  it('refuses a journal in which a record is missing, and says what to do', async () => {
    const { path, journal, tables } = await makeStore();
    for (const change of changes) await journal.append([change], 5);
    await tables.close();
    const whole = readFileSync(join(path, 'journal.0'));
    const copy = afterCrash(path);
    for (const missing of [0, 4, 10]) {
      const damaged = Buffer.from(whole);
      damaged.fill(0, missing * BLOCK_BYTES + 30, missing * BLOCK_BYTES + 60);
      writeFileSync(join(copy, 'journal.0'), damaged);
      expect(await codeOf(() => openAt(copy))).toBe(ErrorCode.STORAGE_FAILED);
      await expect(openAt(copy)).rejects.toThrow(
        `ends with revision ${missing}, and its journal goes on with ${missing + 2}: a part of it is damaged or ` +
          'missing; restore a backup of all files of the directory',
      );
      expect(readFileSync(join(copy, 'journal.0')).equals(damaged)).toBe(true);
    }
    writeFileSync(join(copy, 'journal.0'), whole);
    expect(await contentsOf(copy)).toEqual(contents);
  });

  it('refuses a journal whose first file is missing', async () => {
    const { path, journal, tables } = await makeStore();
    await journal.append(changes.slice(0, 5), 5);
    journal.rotate();
    await journal.append(changes.slice(5), 5);
    await tables.close();
    truncateSync(join(path, 'journal.0'), 0);
    await expect(openAt(path)).rejects.toThrow('ends with revision 0, and its journal goes on with 6');
  });

  it('ignores records of an earlier round behind newer ones', async () => {
    const { path, journal, tables } = await makeStore();
    for (const change of changes.slice(0, 7)) await journal.append([change], 99);
    journal.rotate();
    for (const change of changes.slice(7, 11)) await journal.append([change], 5);
    const before = rowsOf(changes.slice(0, 11));
    await tables.commit(before, { revision: 11, lastSeenMs: 5 });
    journal.rotate();
    await journal.append(changes.slice(11), 5);
    expect(await contentsOf(afterCrash(path))).toEqual(contents);
    // Their time has passed all the same.
    expect(await recover(path, tables)).toEqual({ revision: 12, lastSeenMs: 99 });
    await tables.close();
  });

  it('opens data of the format that had no journal, and keeps everything', async () => {
    const { path, journal, tables } = await makeStore();
    await tables.commit(rowsOf(changes), { revision: 12, lastSeenMs: START_MS + 10 });
    await journal.close(true);
    const meta = rawTable(path, 'meta');
    const state = meta.getBinary(Buffer.from('state')) ?? Buffer.alloc(0);
    await meta.put(Buffer.from('state'), Buffer.concat([Buffer.of(1), state.subarray(1, 17)]));
    await openRaw(path).close();
    for (const name of ['journal.0', 'journal.1']) rmSync(join(path, name));
    const store = await openAt(path);
    expect([store.revision, text(store.get('s', 'plain')?.value)]).toEqual([12, 'new']);
    await store.write('s', [set('plain', 'newer')]);
    // Its journal is read with the secret that it was given when it was opened.
    const crashed = afterCrash(path);
    await store.close();
    for (const each of [crashed, path]) {
      expect(await contentsOf(each)).toEqual(['back=w', 'ended=w', 'moved=x', 'plain=newer', 'at 13']);
      const row = rawTable(each, 'meta').getBinary(Buffer.from('state'));
      expect([row?.length, row?.[0]]).toEqual([33, 2]);
    }
  });
});
