import { expect, it } from 'vitest';
import { benchTable } from './bench-table.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { Round } from './run-bench.js';
import { summary } from './summary.js';

function round(perSecond: number, serverCores: number | undefined, loadCores: number, us = 100): Round {
  const latencies = new LatencyHistogram();
  latencies.add(us);
  return { perSecond, latencies, serverCores, loadCores };
}

it('takes the median of the rounds and the latencies of all of them', () => {
  const rounds = [round(3_000, 0.5, 0.5, 10), round(1_000, 1, 0.5, 20), round(2_000_000, 0.7, 0.5, 30)];
  const found = summary('get', rounds);
  expect(found).toMatchObject({
    perSecond: { median: 3_000, min: 1_000, max: 2_000_000 },
    latencyUs: { p50: 20, p99: 30, max: 30 },
    serverCores: 0.7,
  });
  expect(benchTable([found]).split('\n')[1]).toMatch(
    /^get {2,}3\.00 k +1\.00 k to 2\.00 M +20 µs +30 µs +30 µs +70 % +50 % +nobody$/,
  );
});

it.each([
  [0.96, 0.5, 'server'],
  [0.5, 0.96, 'load'],
  [1, 1, 'both'],
  [0.9, 0.9, 'nobody'],
  [undefined, 1, 'load'],
  [undefined, 0.5, 'not the load'],
] as const)('a server with %s and a load with %s of a core: %s', (server, load, saturated) => {
  expect(summary('echo', [round(1, server, load)]).saturated).toBe(saturated);
});
