// Acknowledged sets a second of the LMDB store next to plain puts of lmdb-js with the same options,
// then sets, gets and scans of the memory store. Every value has 100 bytes; keys repeat after 100,000.
//
//   npx esbuild test/bench/stores.ts --bundle --packages=external --platform=node --format=esm \
//     --outfile=.cache/bench-stores.mjs && node .cache/bench-stores.mjs [milliseconds a measurement]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { open } from 'lmdb';
import { systemClock } from '../../server/clock.js';
import { lmdb } from '../../server/stores/lmdb.js';
import { memory } from '../../server/stores/memory.js';
import type { Store, WriteOperation } from '../../server/stores/store.js';

const durationMs = Number(process.argv[2] ?? 1000);
const KEYS = 100_000;
const value = new Uint8Array(100).fill(7);
const environment = {
  clock: systemClock,
  onError: (error: Error) => {
    throw error;
  },
};
let next = 0;
const nextKey = (): string => `key:${next++ % KEYS}`;
const set = (ttlMs: number): WriteOperation[] => [{ type: 'set', key: nextKey(), value, kind: ValueKind.BYTES, ttlMs }];

const directory = mkdtempSync(join(tmpdir(), 'polywire-bench-'));
const plain = open<Uint8Array, Uint8Array>({
  path: join(directory, 'plain'),
  noSubdir: false,
  overlappingSync: false,
  eventTurnBatching: false,
  encoding: 'binary',
  keyEncoding: 'binary',
});
const durable = await lmdb({ path: join(directory, 'store') })(environment);
for (let round = 1; round <= 2; round++) {
  for (const inFlight of [1, 64, 1024]) {
    const name = `round ${round}, ${inFlight} in flight`;
    await measure(`${name}: lmdb-js put`, inFlight, () => plain.put(Buffer.from(nextKey()), Buffer.from(value)));
    await measure(`${name}: lmdb store`, inFlight, () => durable.write('bench', set(0)));
    await measure(`${name}: lmdb store, with a time to live`, inFlight, () => durable.write('bench', set(60_000)));
  }
}
measureSync('lmdb store: get', () => durable.get('bench', nextKey()));
await plain.close();
await durable.close();
rmSync(directory, { recursive: true });

for (const ttlMs of [0, 60_000]) {
  const volatile = await memory()(environment);
  measureSync(`memory store: set, time to live ${ttlMs} ms`, () => volatile.write('bench', set(ttlMs)));
  measureSync('memory store: get', () => volatile.get('bench', nextKey()));
  measureSync('memory store: page of 100', () => scanPage(volatile));
  await volatile.close();
}

function scanPage(store: Store): unknown {
  return store.scan('bench', { prefix: '', after: nextKey(), limit: 100 });
}

async function measure(name: string, inFlight: number, call: () => unknown): Promise<void> {
  const started = performance.now();
  let count = 0;
  const worker = async (): Promise<void> => {
    for (; performance.now() - started < durationMs; count++) await call();
  };
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, worker));
  report(name, count, started, cpu);
}

function measureSync(name: string, call: () => unknown): void {
  const started = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  for (; performance.now() - started < durationMs; count += 100) for (let index = 0; index < 100; index++) call();
  report(name, count, started, cpu);
}

function report(name: string, count: number, started: number, before: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(before);
  const perSecond = Math.round((count / (performance.now() - started)) * 1000);
  process.stdout.write(`${name}: ${perSecond}/s, ${((user + system) / count).toFixed(2)} µs of CPU each\n`);
}
