import type { Bench } from '../bench.js';
import { loaded, polywire, redis, redisFault } from '../peers.js';
import { runProgram } from '../run-program.js';
import type { Contestant, Scenario } from '../scenario.js';

const shapes = [
  { point: '64 in flight', inFlight: 64, depth: 1 },
  { point: '1,024 in flight', inFlight: 1024, depth: 16 },
];
const KEYS = 100_000;
const points = shapes.map(({ point: name, depth }) => ({
  name,
  load: { operation: 'set', connections: 64, depth, keys: KEYS } as const,
}));

const lmdbAlone: Contestant = {
  name: 'lmdb-js alone',
  async *run(bench: Bench) {
    for (const { point, inFlight } of shapes) {
      if (bench.point !== undefined && bench.point !== point) continue;
      const args = [bench.directory(), String(inFlight), String(bench.seconds)];
      // There is no load generator: the process that puts is the one that is measured.
      const { value, loadCpu: serverCpu = 0 } = await runProgram(bench, 'lmdb-puts', args, 'server');
      yield { point, value, serverCpu, serverUsPerMessage: (serverCpu * 1e6) / value };
    }
  },
};

export const kvDisk: Scenario = {
  name: 'kv-set-disk',
  title: 'KV set on the disk before it is answered',
  unit: 'operations/s',
  better: 'higher',
  note: '64 connections on native TCP, values of 32 bytes, 100,000 keys at random. lmdb-js alone is in a process without a network.',
  contestants: [
    loaded('polywire, lmdb', (bench) => polywire('tcp', { lmdbPath: bench.directory() })(bench), points),
    lmdbAlone,
    loaded('redis, appendfsync always', redis('always'), points, redisFault),
  ],
  targets: shapes.flatMap(({ point }) => [
    { point, contestant: 'polywire, lmdb', against: 'lmdb-js alone', bound: 0.8 },
    { point, contestant: 'polywire, lmdb', against: 'redis, appendfsync always', bound: 1, isWish: true },
  ]),
};
