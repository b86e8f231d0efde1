import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { setChange } from './changes.cases.js';
import { copyAsAfterCrash, deadlineIndex } from './crash-copy.cases.js';
import { JOURNAL_FILES, readJournal } from './journal.js';
import { compareUtf8 } from './key-space.js';
import { lmdb, lmdbWithin } from './lmdb.js';
import { LmdbTables } from './lmdb-tables.js';
import { settleRow } from './memtable.js';
import { mulberry32, pick, randomSeeds } from './random.cases.js';
import { recover } from './recover.js';
import type { Store, StoreChange, StoredValue, WriteOperation } from './store.js';
import { copyOf, set } from './store-under-test.cases.js';
import { type CheckpointLimits, WriteAhead } from './write-ahead.js';

const root = mkdtempSync(join(tmpdir(), 'polywire-ahead-'));
let count = 0;
const newPath = (): string => join(root, `${count++}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const small: CheckpointLimits = { rows: 100, bytes: 256 * 1024, pageRows: 8 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function openAt(path: string, limits = small): Promise<Store> {
  return lmdbWithin({ path }, limits)({ clock: new FakeClock(), onError: (error) => expect.fail(error.message) });
}

const idOf = (space: string, key: string): string => JSON.stringify([space, key]);
const told = ({ key, value, revision }: StoredValue): string => `${key} ${Buffer.from(value)} ${revision}`;

/** What changes up to a revision add up to. */
class Model {
  readonly entries = new Map<string, StoredValue>();

  apply({ space, type, entry }: StoreChange): void {
    if (type === ChangeKind.SET) this.entries.set(idOf(space, entry.key), entry);
    else this.entries.delete(idOf(space, entry.key));
  }

  scan(space: string): string[] {
    const entries = [...this.entries].filter(([id, { key }]) => id === idOf(space, key)).map(([, entry]) => entry);
    return entries.sort((left, right) => compareUtf8(left.key, right.key)).map(told);
  }

  /** The index of deadlines that belongs to it. */
  deadlines(): string[] {
    const withDeadline = [...this.entries].filter(([, { expiresAtMs }]) => expiresAtMs !== 0);
    return withDeadline.map(([id, { expiresAtMs, key }]) => `${expiresAtMs} ${JSON.parse(id)[0]} ${key}`).sort();
  }
}

const spaces = ['a', 'b'];
const keys = Array.from({ length: 150 }, (_, index) => `${pick(['k', '\uffff', '😀'], () => index % 3)}${index}`);

function randomOperation(random: (below: number) => number): WriteOperation {
  const key = pick(keys, random);
  if (random(4) === 0) return { type: 'delete', key };
  const ttlMs = random(3) === 0 ? 1_000_000 + random(1000) : 0;
  return set(key, `v${random(1000)}${random(40) === 0 ? '.'.repeat(20_000) : ''}`, { ttlMs });
}

describe('a store whose checkpoints run all the time', () => {
  it.each(randomSeeds())('reads what a naive map has, and so does every copy after a crash (seed %i)', async (seed) => {
    const random = mulberry32(seed);
    const path = newPath();
    const store = await openAt(path);
    const model = new Model();
    const changes: StoreChange[] = [];
    store.onChanges((batch) => {
      for (const change of batch.map(copyOf)) {
        changes.push(change);
        model.apply(change);
      }
    });
    const check = (): void => {
      for (const space of spaces) {
        expect(store.scan(space, { prefix: '', limit: 1000 }).map(told)).toEqual(model.scan(space));
        const key = pick(keys, random);
        expect(store.get(space, key)?.revision).toBe(model.entries.get(idOf(space, key))?.revision);
      }
    };
    const copies: { path: string; revision: number }[] = [];
    for (let round = 0; round < 60; round++) {
      const writes = Array.from({ length: 1 + random(20) }, () =>
        store.write(
          pick(spaces, random),
          Array.from({ length: 1 + random(4) }, () => randomOperation(random)),
        ),
      );
      for (let turns = random(12); turns > 0; turns--) {
        await turn();
        if (random(3) === 0) check();
      }
      if (random(8) === 0) {
        copies.push({ path: newPath(), revision: store.revision });
        copyAsAfterCrash(path, copies.at(-1)?.path ?? '');
      }
      if (random(3) > 0) await Promise.all(writes);
      check();
    }
    await store.close();
    copies.push({ path, revision: store.revision });
    expect(changes.length).toBeGreaterThan(8 * small.rows);
    for (const copy of copies) {
      const again = await openAt(copy.path);
      // Everything that was acknowledged is there, and perhaps what was on its way.
      expect(again.revision).toBeGreaterThanOrEqual(copy.revision);
      const expected = new Model();
      for (const change of changes.slice(0, again.revision)) expected.apply(change);
      for (const space of spaces) {
        expect(again.scan(space, { prefix: '', limit: 1000 }).map(told)).toEqual(expected.scan(space));
      }
      await again.close();
      expect(deadlineIndex(copy.path).sort()).toEqual(expected.deadlines());
    }
  });

  it('holds writers that are faster than the tables, and lets them go on', async () => {
    const path = newPath();
    const store = await openAt(path, { ...small, pageRows: 2 });
    const tables = new LmdbTables(path);
    let mostAhead = 0;
    for (let round = 0; round < 150; round++) {
      const operations = Array.from({ length: 10 }, (_, index) => set(`${round} ${index}`, 'v'));
      await store.write('a', operations);
      mostAhead = Math.max(mostAhead, store.revision - tables.state().revision);
    }
    // What is frozen, half as much again, and a group.
    expect(mostAhead).toBeLessThanOrEqual(4 * small.rows);
    expect(mostAhead).toBeGreaterThan(small.rows);
    expect(store.scan('a', { prefix: '', limit: 10_000 }).length).toBe(1500);
    await store.close();
  });

  it.each([
    ['a checkpoint', 120],
    ['writers that wait', 2000],
  ])('acknowledges and keeps everything when it is closed during %s', async (_, writeCount) => {
    const path = newPath();
    const store = await openAt(path, { ...small, pageRows: 2 });
    const writes = Array.from({ length: writeCount }, (__, index) => store.write('a', [set(`k${index}`, 'v')]));
    await writes[0];
    const closed = store.close();
    expect((await Promise.all(writes)).length).toBe(writeCount);
    await closed;
    const tables = new LmdbTables(path);
    expect([...tables.scan('a', { prefix: '', limit: 10_000 })].length).toBe(writeCount);
    await tables.close();
  });

  it('goes on with the usual limits, over some of their checkpoints', async () => {
    const path = newPath();
    const store = await lmdb({ path })({ clock: new FakeClock(), onError: (error) => expect.fail(error.message) });
    for (let round = 0; round < 20; round++) {
      const operations = Array.from({ length: 2000 }, (_, index) => set(`${round % 18} ${index}`, `${round}`));
      await store.write('a', operations);
    }
    const valuesOf = (each: Store) =>
      each.scan('a', { prefix: '0 ', limit: 9999 }).map(({ value }) => `${Buffer.from(value)}`);
    expect(valuesOf(store)).toEqual(new Array<string>(2000).fill('18'));
    await store.close();
    const again = await openAt(path);
    expect(valuesOf(again)).toEqual(new Array<string>(2000).fill('18'));
    expect(again.scan('a', { prefix: '', limit: 99_999 }).length).toBe(36_000);
    await again.close();
  });
});

describe('WriteAhead', () => {
  async function openAhead(limits = small) {
    const path = newPath();
    await (await openAt(path)).close();
    const tables = new LmdbTables(path);
    const { revision } = await recover(path, tables);
    const progress: boolean[] = [];
    const ahead: WriteAhead = new WriteAhead({
      path,
      tables,
      revision,
      limits,
      onFailure: (error) => expect.fail(String(error)),
      onProgress: () => progress.push(ahead.isFull),
    });
    let last = revision;
    /** Resolves when the changes are durable and shown. */
    const write = async (rowCount: number, prefix = 'k'): Promise<void> => {
      const changes = Array.from({ length: rowCount }, (_, index) => setChange(++last, `${prefix}${index}`));
      const rows = changes.map((change) => ahead.stage(change, 0));
      await ahead.append(changes, 1);
      for (const [index, change] of changes.entries()) {
        const row = rows[index];
        if (row !== undefined) settleRow(row, change);
      }
    };
    return { path, tables, ahead, progress, write };
  }

  it('keeps rows until the tables have them, and no longer', async () => {
    const { path, tables, ahead, write, progress } = await openAhead();
    await write(small.rows - 1);
    for (let turns = 0; turns < 20; turns++) await turn();
    expect([...ahead.durableRows('s')].length).toBe(small.rows - 1);
    expect(tables.peek('s', 'k0')).toBeUndefined();
    expect(tables.state().revision).toBe(0);
    const written = write(1, 'last');
    expect(ahead.durable('s', 'last0')).toBeUndefined();
    expect(ahead.isPending('s', 'last0')).toBe(true);
    await written;
    expect(ahead.durable('s', 'last0')?.durable?.revision).toBe(small.rows);
    await ahead.checkpoint(() => expect.fail('it has begun already'));
    expect(progress.length).toBeGreaterThan(small.rows / small.pageRows);
    expect([...ahead.durableRows('s')]).toEqual([]);
    expect([ahead.newest('s', 'k0'), ahead.durable('s', 'k0')]).toEqual([undefined, undefined]);
    expect(tables.read('s', 'last0')?.revision).toBe(small.rows);
    expect(tables.state().revision).toBe(small.rows);
    await ahead.close();
    expect(JOURNAL_FILES.map((name) => statSync(join(path, name)).size)).toEqual([0, 0]);
    await tables.close();
  });

  it('shows the older row while the newer is on its way, and the newer alone afterwards', async () => {
    const { tables, ahead, write } = await openAhead();
    await write(small.rows);
    const written = write(1);
    expect(ahead.durable('s', 'k0')?.durable?.revision).toBe(1);
    expect(ahead.newest('s', 'k0')?.newest?.revision).toBe(small.rows + 1);
    await written;
    expect(ahead.durable('s', 'k0')?.durable?.revision).toBe(small.rows + 1);
    const rows = [...ahead.durableRows('s')].filter(({ key }) => key === 'k0');
    expect(rows.map(({ durable }) => durable?.revision)).toEqual([small.rows + 1]);
    await ahead.checkpoint(() => ahead.append([], 1));
    expect(tables.read('s', 'k0')?.revision).toBe(small.rows + 1);
    await ahead.close();
    await tables.close();
  });

  it('is full when half as much again is there as a checkpoint takes, until the tables have made progress', async () => {
    const { tables, ahead, write, progress } = await openAhead();
    await Promise.all([write(small.rows), write(small.rows / 2, 'l')]);
    expect(ahead.isFull).toBe(false);
    const written = write(1, 'one more');
    expect(ahead.isFull).toBe(true);
    await written;
    await ahead.checkpoint(() => ahead.append([], 1));
    expect(ahead.isFull).toBe(false);
    expect(progress.filter((isFull) => !isFull).length).toBeGreaterThan(0);
    await ahead.close();
    await tables.close();
  });

  it('leaves in the journal what the tables do not have when it is closed: changes, or the time alone', async () => {
    const { path, tables, ahead, write } = await openAhead();
    await write(3);
    await ahead.close();
    expect(readJournal(path, tables.secret)).toMatchObject([{ lastSeenMs: 1, changes: [{}, {}, {}] }]);
    await tables.close();
    const other = await openAhead();
    await other.write(small.rows);
    await other.ahead.checkpoint(() => expect.fail('it has begun already'));
    await other.ahead.append([], 7);
    await other.ahead.close();
    expect(readJournal(other.path, other.tables.secret).map(({ lastSeenMs }) => lastSeenMs)).toContain(7);
    await other.tables.close();
  });
});
