// Uses an LMDB store on a disk that fails or is slow. Prints "acked <key>" for each acknowledged
// write, and at the end what it saw as one line of JSON.
// Arguments: directory, "writes", "timing", "checkpoint", "fill" or "fill and die", bytes of a value (default: 10)
// or, when it fills the disk, of a key.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import { systemClock } from '../../server/clock.js';
import { lmdb } from '../../server/stores/lmdb.js';
import type { Store, WriteOperation } from '../../server/stores/store.js';
import type { TimingReport, WritesReport } from './store-disk-reports.js';

const [path = '', task = '', valueBytes = '10'] = process.argv.slice(2);
const MOST_WRITES = 60;
const PAGES_ROWS = 2300;
const FILL_ROWS = 200;
const reported: string[] = [];
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

const store = await lmdb({ path })({ clock: systemClock, onError: (error) => reported.push(codeNameOf(error)) });
if (task === 'checkpoint') {
  await checkpoint(store);
  // A transaction that LMDB refused for good may keep a thread of lmdb-js waiting, and the process with it.
  process.exit(0);
}
if (task.startsWith('fill')) await fill(store);
else writeSync(1, `${JSON.stringify(task === 'timing' ? await timing(store) : await writes(store))}\n`);

function set(key: string): WriteOperation[] {
  const value = new Uint8Array(Number(valueBytes)).fill(7);
  return [{ type: 'set', key, value, kind: ValueKind.BYTES, ttlMs: 0 }];
}

/** Writes one by one until a write fails, then looks at what the store says. */
async function writes(store: Store): Promise<WritesReport> {
  const acked: string[] = [];
  const changed: string[] = [];
  store.onChanges((changes) => changed.push(...changes.map(({ entry }) => entry.key)));
  let failed = '';
  for (let index = 0; index < MOST_WRITES && failed === ''; index++) {
    // The second write waits behind the first one and shares its fate.
    const both = [`a${index}`, `b${index}`].map((key) => Promise.resolve(store.write('s', set(key))).then(() => key));
    for (const outcome of await Promise.allSettled(both)) {
      if (outcome.status === 'rejected') failed = codeNameOf(outcome.reason);
      else {
        acked.push(outcome.value);
        writeSync(1, `acked ${outcome.value}\n`);
      }
    }
  }
  let readable: readonly string[] = [];
  const unreadable = await codeNameAfter(() => {
    readable = store.scan('s', { prefix: '', limit: 1000 }).map(({ key }) => key);
  });
  const { writable } = store.health();
  const later = await codeNameAfter(() => store.write('s', set('later')));
  const cleared = await codeNameAfter(() => store.clear('s'));
  await store.close();
  return { acked, changed, failed, later, cleared, writable, readable, unreadable, reported, unhandled };
}

/** Writes what fills several pages at once, and closes the store, which puts them into the tables. */
async function checkpoint(store: Store): Promise<void> {
  const keys = Array.from({ length: PAGES_ROWS }, (_, index) => `k${index}`);
  await store.write('s', keys.flatMap(set));
  writeSync(1, keys.map((key) => `acked ${key}\n`).join(''));
  await store.close();
  writeSync(1, `reported ${reported.join()}\nunhandled: ${unhandled.length}\n`);
}

/** Writes keys in no order, each with a deadline, until one is refused; then dies, or closes the store. */
async function fill(store: Store): Promise<void> {
  let count = 0;
  const write = async (): Promise<never> => {
    for (;;) {
      const keys = Array.from({ length: FILL_ROWS }, () => {
        const name = `${count++}`;
        return `${createHash('sha1').update(name).digest('hex')} ${name} `.padEnd(Number(valueBytes), 'x');
      });
      const ttlMs = 3_600_000;
      const operations = keys.flatMap(set).map((operation) => ({ ...operation, ttlMs }));
      await store.write('s', operations);
      writeSync(1, keys.map((key) => `acked ${key}\n`).join(''));
    }
  };
  await Promise.all([write(), write(), write(), write()]).catch((error) => {
    writeSync(1, `refused ${codeNameOf(error)}\n`);
  });
  if (task === 'fill and die') process.kill(process.pid, 'SIGKILL');
  await store.close();
  writeSync(1, `reported ${reported.join()}\nunhandled: ${unhandled.length}\n`);
}

/** Looks as often as it can whether a write is visible before it is acknowledged. */
async function timing(store: Store): Promise<TimingReport> {
  const started = performance.now();
  let ackedAfterMs = -1;
  let readAfterMs = -1;
  let changedAfterMs = -1;
  const since = () => performance.now() - started;
  store.onChanges(() => {
    changedAfterMs = since();
  });
  const written = Promise.resolve(store.write('s', set('k'))).then(() => {
    ackedAfterMs = since();
  });
  const look = () => {
    if (readAfterMs < 0 && store.get('s', 'k') !== undefined) readAfterMs = since();
  };
  const looking = setInterval(look, 2);
  await written;
  look();
  clearInterval(looking);
  await store.close();
  return { ackedAfterMs, readAfterMs, changedAfterMs };
}

async function codeNameAfter(call: () => unknown): Promise<string> {
  try {
    await call();
    return '';
  } catch (error) {
    return codeNameOf(error);
  }
}

function codeNameOf(error: unknown): string {
  return PolywireError.is(error) ? error.codeName : String(error);
}
