import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { AckLevel, ChangeKind } from '@polywire/protocol/polywire.kv.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { copyAsAfterCrash, openRaw, rawTable } from './crash-copy.cases.js';
import { readJournal } from './journal.js';
import { BinaryKeys } from './key-space.js';
import { lmdb } from './lmdb.js';
import { LmdbTables } from './lmdb-tables.js';
import { readProcessMark } from './process-mark.js';
import { storeCases } from './store.cases.js';
import type { Store, StoreChange } from './store.js';
import { bytes, codeOf, set, text } from './store-under-test.cases.js';

const root = mkdtempSync(join(tmpdir(), 'polywire-lmdb-'));
let count = 0;
/** The dot is part of the case: it must not turn the directory into a file. */
const newPath = (): string => join(root, `store.${count++}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

storeCases({ kind: 'lmdb', level: AckLevel.DISK, create: () => lmdb({ path: newPath() }) });

const dataFiles = ['data.mdb', 'journal.0', 'journal.1', 'lock.mdb'];
const errors: Error[] = [];

function openAt(path: string, clock = new FakeClock(), maxQueuedBytes?: number): Promise<Store> {
  return lmdb({ path, maxQueuedBytes })({ clock, onError: (error) => errors.push(error) });
}

describe('lmdb store on the disk', () => {
  it('finds everything again, and goes on with the revisions', async () => {
    const path = newPath();
    const first = await openAt(path);
    await first.write('a', [set('k', 'v'), set('brief', 'v', { ttlMs: 5000 }), set('gone', 'v')]);
    await first.write('a', [{ type: 'delete', key: 'gone' }]);
    const { revision } = first;
    const entries = first.scan('a', { prefix: '', limit: 9 });
    await first.close();
    const again = await openAt(path);
    expect(again.scan('a', { prefix: '', limit: 9 })).toEqual(entries);
    expect(again.revision).toBe(revision);
    expect(await again.write('a', [set('k', 'w')])).toEqual([{ type: 'set', revision: revision + 1 }]);
    await again.close();
  });

  it.each([
    ['goes on', 6000],
    ['is set back by a year', -31_536_000_000],
  ])('expires after a restart what was to expire, when the clock %s', async (_, clockStepMs) => {
    const path = newPath();
    const before = new FakeClock();
    const first = await openAt(path, before);
    await first.write('a', [set('brief', 'v', { ttlMs: 5000 }), set('long', 'v', { ttlMs: 60_000 })]);
    // At its deadline the key is gone for readers; its removal from the disk comes a moment later.
    before.advance(5000);
    expect(first.get('a', 'brief')).toBeUndefined();
    await first.close();

    const clock = new FakeClock(before.now() + clockStepMs);
    const again = await openAt(path, clock);
    const changes: StoreChange[] = [];
    again.onChanges((batch) => changes.push(...batch));
    expect(again.get('a', 'brief')).toBeUndefined();
    expect(again.get('a', 'long')).toBeDefined();
    while (changes.length === 0) await pass(clock, 20);
    expect(changes).toMatchObject([{ type: ChangeKind.EXPIRED, entry: { key: 'brief', revision: 3 } }]);
    while (changes.length === 1) await pass(clock, 5000);
    expect(changes[1]).toMatchObject({ type: ChangeKind.EXPIRED, entry: { key: 'long', revision: 4 } });
    await again.close();
  });

  it('remembers the time at which it was closed, when nothing was written', async () => {
    const path = newPath();
    const clock = new FakeClock();
    const first = await openAt(path, clock);
    await first.write('a', [set('brief', 'v', { ttlMs: 5000 })]);
    await first.close();
    const second = await openAt(path, clock);
    // No sweep has removed it yet.
    clock.advance(5000);
    expect(second.get('a', 'brief')).toBeUndefined();
    await second.close();
    const third = await openAt(path, new FakeClock(clock.now() - 86_400_000));
    expect(third.get('a', 'brief')).toBeUndefined();
    await third.close();
  });

  it('writes by the time that has passed already, when the clock is set back', async () => {
    const path = newPath();
    const before = new FakeClock();
    const first = await openAt(path, before);
    await first.write('a', [set('brief', 'v', { ttlMs: 5000 })]);
    before.advance(5000);
    await first.close();
    const again = await openAt(path, new FakeClock(before.now() - 86_400_000));
    await again.write('a', [set('brief', 'w', { ifAbsent: true, ttlMs: 1000 })]);
    expect(again.get('a', 'brief')?.expiresAtMs).toBeGreaterThan(before.now());
    await again.close();
  });

  it('remembers the time without writes while deadlines wait', async () => {
    const path = newPath();
    const clock = new FakeClock();
    const store = await openAt(path, clock);
    await store.write('a', [set('k', 'v', { ttlMs: 3_600_000 })]);
    const started = clock.now();
    for (let second = 0; second < 60; second++) await pass(clock, 1000);
    const again = await openAt(afterCrash(path), new FakeClock(started));
    await again.write('a', [set('brief', 'v', { ttlMs: 1000 })]);
    expect(Number(again.get('a', 'brief')?.expiresAtMs)).toBeGreaterThan(started + 40_000);
    await Promise.all([again.close(), store.close()]);
  });

  it('shows nothing of a write before it is done, and refuses by it only then', async () => {
    const store = await openAt(newPath());
    const order: string[] = [];
    const written = Promise.resolve(store.write('a', [set('k', 'v')])).then(() => order.push('written'));
    const refused = codeOf(() => store.write('a', [set('k', 'w', { ifAbsent: true })])).then((code) =>
      order.push(`${code}`),
    );
    const deleted = Promise.resolve(store.write('a', [{ type: 'delete', key: 'k' }])).then(() => order.push('deleted'));
    const nothing = Promise.resolve(store.write('a', [{ type: 'delete', key: 'k' }])).then(() => order.push('nothing'));
    expect(store.get('a', 'k')).toBeUndefined();
    expect(store.revision).toBe(0);
    await Promise.all([written, refused, deleted, nothing]);
    expect(order[0]).toBe('written');
    expect(order.sort()).toEqual([`${ErrorCode.ALREADY_EXISTS}`, 'deleted', 'nothing', 'written']);
    await store.close();
  });

  it('expires nothing that a write on its way has taken the deadline from', async () => {
    const clock = new FakeClock();
    const store = await openAt(newPath(), clock);
    const changes: StoreChange[] = [];
    store.onChanges((batch) => changes.push(...batch));
    await store.write('a', [set('k', 'v', { ttlMs: 1000 }), set('n', '1', { ttlMs: 1000 })]);
    clock.advance(999);
    const written = store.write('a', [set('k', 'w'), { type: 'increment', key: 'n', delta: 1n }]);
    clock.advance(1000);
    await written;
    while (changes.length < 5) await pass(clock, 20);
    for (let turn = 0; turn < 20; turn++) await pass(clock, 100);
    expect(changes.slice(4)).toMatchObject([{ type: ChangeKind.EXPIRED, entry: { key: 'n' } }]);
    expect(text(store.get('a', 'k')?.value)).toBe('w');
    await store.close();
  });

  it('keeps one row for each deadline, and trusts no other row', async () => {
    const path = newPath();
    const clock = new FakeClock();
    const store = await openAt(path, clock);
    const rows = async () => {
      const crashed = afterCrash(path);
      await (await openAt(crashed, new FakeClock(clock.now()))).close();
      return rawTable(crashed, 'deadlines').getKeysCount({});
    };
    await store.write('a', [set('k', 'v', { ttlMs: 1000 }), set('l', 'v', { ttlMs: 9000 }), set('there', 'v')]);
    await store.write('a', [set('k', 'v', { ttlMs: 2000 }), set('k', 'v', { ttlMs: 3000 })]);
    expect(await rows()).toBe(2);
    await store.write('a', [{ type: 'increment', key: 'n', delta: 1n }, set('k', 'v', { ttlMs: 3000 })]);
    await store.write('a', [{ type: 'delete', key: 'l' }]);
    expect(await rows()).toBe(1);
    await store.write('a', [set('k', 'v')]);
    expect(await rows()).toBe(0);
    const stray = Buffer.from(new BinaryKeys().deadline(clock.now() + 500, 'a', 'there'));
    await rawTable(path, 'deadlines').put(stray, Buffer.of(1));
    await store.write('a', [set('k', 'v', { ttlMs: 1000 })]);
    clock.advance(1000);
    while (store.revision < 11) await pass(clock, 20);
    expect(store.scan('a', { prefix: '', limit: 9 }).map(({ key }) => key)).toEqual(['n', 'there']);
    await store.close();
  });

  it('puts writes of one turn into one record of the journal', async () => {
    const path = newPath();
    const store = await openAt(path);
    const writes = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => store.write(`${index % 7}`, [set(`k${index}`, 'v')])));
    await writes(250);
    const records = () => readJournal(path, new LmdbTables(path).secret).map(({ changes }) => changes.length);
    expect(records()).toEqual([250]);
    // More of them are not held back until the turn ends: the disk begins meanwhile.
    await writes(2560);
    expect(records().length).toBeGreaterThan(2);
    expect(records().length).toBeLessThanOrEqual(12);
    await store.close();
  });

  it('refuses more than may wait for the disk, and takes it afterwards', async () => {
    const store = await openAt(newPath(), new FakeClock(), 1000);
    const first = store.write('a', [set('large', 'x'.repeat(5000))]);
    const refused = codeOf(() => store.write('a', [set('k', 'v')]));
    expect(await refused).toBe(ErrorCode.RESOURCE_EXHAUSTED);
    await first;
    expect(await codeOf(() => store.write('a', [set('k', 'v')]))).toBe(0);
    const many = Array.from({ length: 50_001 }, () => ({ type: 'increment', key: 'n', delta: 1n }) as const);
    const queued = store.write('a', [set('k', 'v')]);
    expect(await codeOf(() => store.write('a', many))).toBe(ErrorCode.RESOURCE_EXHAUSTED);
    await queued;
    await store.close();
    expect(errors).toEqual([]);
  });

  it('keeps its directory and files to its user', async () => {
    const path = newPath();
    const store = await openAt(path);
    await store.write('a', [set('k', 'v')]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path).sort()).toEqual([...dataFiles, 'polywire.lock']);
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
    await store.close();
    expect(readdirSync(path).sort()).toEqual(dataFiles);
  });

  it('narrows files that were open to others', async () => {
    const path = newPath();
    await (await openAt(path)).close();
    chmodSync(join(path, 'data.mdb'), 0o664);
    await (await openAt(path)).close();
    expect(statSync(join(path, 'data.mdb')).mode & 0o777).toBe(0o600);
  });

  it('refuses a directory that is open, and names it', async () => {
    const path = newPath();
    const store = await openAt(path);
    expect(await codeOf(() => openAt(path))).toBe(ErrorCode.FAILED_PRECONDITION);
    await expect(openAt(path)).rejects.toThrow(`process ${process.pid} has the data directory ${path} open`);
    await store.write('a', [set('k', 'v')]);
    await store.close();
    await (await openAt(path)).close();
  });

  it.each([
    ['of a process that has ended', JSON.stringify({ pid: 4_194_304, started: '' })],
    ['of an earlier process with the same number', JSON.stringify({ pid: process.pid, started: 'another boot 1' })],
    ['that was cut short', '{"pid":'],
    ['that is empty', ''],
  ])('takes over a lock %s', async (_, content) => {
    const path = newPath();
    await (await openAt(path)).close();
    writeFileSync(join(path, 'polywire.lock'), content);
    const store = await openAt(path);
    expect(await codeOf(() => openAt(path))).toBe(ErrorCode.FAILED_PRECONDITION);
    await store.close();
  });

  it('respects a lock of another running process', async () => {
    const path = newPath();
    await (await openAt(path)).close();
    writeFileSync(join(path, 'polywire.lock'), JSON.stringify(readProcessMark(process.ppid)));
    await expect(openAt(path)).rejects.toThrow(`process ${process.ppid} has the data directory`);
  });

  it('refuses data of a newer format, and can be opened afterwards', async () => {
    const path = newPath();
    await (await openAt(path)).close();
    const state = readState(path);
    await writeState(path, Buffer.concat([Buffer.of(3), state?.subarray(1) ?? bytes('')]));
    await expect(openAt(path)).rejects.toThrow(`the data in ${path} has format 3, this release reads up to 2`);
    expect(await codeOf(() => openAt(path))).toBe(ErrorCode.FAILED_PRECONDITION);
    await writeState(path, state ?? Buffer.alloc(0));
    await (await openAt(path)).close();
  });

  it('names a path that cannot be a directory', async () => {
    const path = newPath();
    writeFileSync(path, 'a file');
    expect(await codeOf(() => openAt(path))).toBe(ErrorCode.FAILED_PRECONDITION);
    await expect(openAt(path)).rejects.toThrow(path);
  });

  it('owns the values that it gives out', async () => {
    const store = await openAt(newPath());
    await store.write('a', [set('k', 'first'), set('l', 'x'.repeat(100_000))]);
    const small = store.get('a', 'k');
    const large = store.get('a', 'l');
    const [scanned] = store.scan('a', { prefix: '', limit: 1 });
    for (let round = 0; round < 20; round++) {
      await store.write('a', [set('k', `round ${round}`), set('l', `${round}`.repeat(50_000))]);
      store.get('a', 'k');
      store.get('a', 'l');
    }
    expect([text(small?.value), text(scanned?.value)]).toEqual(['first', 'first']);
    expect(text(large?.value)).toBe('x'.repeat(100_000));
    await store.close();
  });
});

async function pass(clock: FakeClock, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  clock.advance(ms);
}

function afterCrash(path: string): string {
  const copy = newPath();
  copyAsAfterCrash(path, copy);
  return copy;
}

function readState(path: string): Buffer | undefined {
  return rawTable(path, 'meta').getBinary(Buffer.from('state'));
}

async function writeState(path: string, state: Uint8Array): Promise<void> {
  await rawTable(path, 'meta').put(Buffer.from('state'), state);
  await openRaw(path).close();
}
