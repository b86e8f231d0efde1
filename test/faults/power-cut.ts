// Uses a store whose power is cut, in one of these ways:
//   write DIR ROUND     writes until a write fails; prints "<writer> <place> <revision>" for each acknowledged write
//   read DIR ROUND…     prints what the store holds of these rounds, a `ReadReport` as JSON
//   recover DIR         recovers a record that the disk has not flushed, stops when a part of it is in the tables, and prints "0 1 1"
//   unsynced DIR        as `write`, with lmdb-js alone that never flushes: the revision is 0
//   read-unsynced DIR   prints the last place of each writer as JSON
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { open } from 'lmdb';
import { systemClock } from '../../server/clock.js';
import { JOURNAL_FILES } from '../../server/stores/journal.js';
import { RecordWriter } from '../../server/stores/journal-record.js';
import { lmdbWithin } from '../../server/stores/lmdb.js';
import { LmdbTables } from '../../server/stores/lmdb-tables.js';
import { recover } from '../../server/stores/recover.js';
import { plannedWrite, SMALL_CHECKPOINTS, WRITERS } from './kill-plan.js';

/** What a store holds after it was opened again. */
export interface ReadReport {
  readonly revision: number;
  readonly openMs: number;
  /** Keys and values, by space. */
  readonly spaces: { readonly [space: string]: readonly (readonly [string, string])[] };
}

const [task = '', path = '', ...rounds] = process.argv.slice(2);
const writers = Array.from({ length: WRITERS }, (_, writer) => writer);
const spaceOf = (round: string, writer: number): string => `round ${round} writer ${writer}`;

if (task === 'write') await writeToStore(rounds[0] ?? '');
else if (task === 'read') await readStore();
else if (task === 'recover') await recoverPart();
else if (task === 'unsynced') await writeUnsynced();
else await readUnsynced();

async function writeToStore(round: string): Promise<void> {
  const store = await openStore();
  const write = async (writer: number): Promise<never> => {
    for (let place = 1; ; place++) {
      const results = await store.write(spaceOf(round, writer), plannedWrite(writer, place));
      acknowledge(writer, place, results.at(-1)?.revision ?? 0);
    }
  };
  await untilOneFails(write);
}

async function readStore(): Promise<void> {
  const started = performance.now();
  const store = await openStore();
  const openMs = performance.now() - started;
  const names = rounds.flatMap((round) => writers.map((writer) => spaceOf(round, writer)));
  const decoder = new TextDecoder();
  const contents = (space: string) =>
    store.scan(space, { prefix: '', limit: 1000 }).map(({ key, value }) => [key, decoder.decode(value)] as const);
  const spaces = Object.fromEntries(names.map((space) => [space, contents(space)]));
  const report: ReadReport = { revision: store.revision, openMs, spaces };
  await store.close();
  print(report);
}

async function recoverPart(): Promise<void> {
  await (await openStore()).close();
  const tables = new LmdbTables(path);
  const record = new RecordWriter();
  const value = new Uint8Array(10);
  const changes = Array.from({ length: 10 * SMALL_CHECKPOINTS.pageRows }, (_, index) => {
    const entry = { key: `k${index}`, value, kind: ValueKind.BYTES, revision: index + 1, expiresAtMs: 0 };
    return { space: spaceOf('0', 0), type: ChangeKind.SET, entry };
  });
  record.add(changes, 1);
  const bytes = record.finish(tables.secret);
  // Over blocks that the file has already, as a journal is written: nothing makes the disk flush them soon.
  const journal = openSync(join(path, JOURNAL_FILES[0]), 'r+');
  writeSync(journal, Buffer.alloc(bytes.length));
  fsyncSync(journal);
  writeSync(journal, bytes, 0, bytes.length, 0);
  const commit = tables.commit.bind(tables);
  tables.commit = async (...page) => {
    await commit(...page);
    acknowledge(0, 1, 1);
    // The next is never written.
    await sleep(60_000);
  };
  await recover(path, tables, SMALL_CHECKPOINTS.pageRows);
}

async function writeUnsynced(): Promise<void> {
  const database = openUnsynced();
  const write = async (writer: number): Promise<never> => {
    for (let place = 1; ; place++) {
      await database.put(writer, place);
      acknowledge(writer, place, 0);
    }
  };
  await untilOneFails(write);
}

async function readUnsynced(): Promise<void> {
  const database = openUnsynced();
  print(writers.map((writer) => database.get(writer) ?? 0));
  await database.close();
}

function openStore() {
  return lmdbWithin({ path }, SMALL_CHECKPOINTS)({ clock: systemClock, onError: () => undefined });
}

function openUnsynced() {
  return open<number, number>({ path, noSubdir: false, noSync: true, overlappingSync: false });
}

/** Straight into the pipe: what is acknowledged stays acknowledged when the disk dies. */
function acknowledge(writer: number, place: number, revision: number): void {
  writeSync(1, `${writer} ${place} ${revision}\n`);
}

async function untilOneFails(write: (writer: number) => Promise<never>): Promise<void> {
  await Promise.race(writers.map(write)).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  });
}

function print(report: unknown): void {
  writeSync(1, `${JSON.stringify(report)}\n`);
}
