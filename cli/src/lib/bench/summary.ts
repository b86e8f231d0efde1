import type { Operation } from './job.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { Round } from './run-bench.js';

/** What an operation reached in all rounds. */
export interface Summary {
  readonly operation: Operation;
  /** Calls, or deliveries of `publish`. */
  readonly perSecond: { readonly median: number; readonly min: number; readonly max: number };
  /** Of a call, or from a publish to its last delivery. */
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Cores that the server used, and the busiest load process. Null: the server runs elsewhere. */
  readonly serverCores: number | null;
  readonly loadCores: number;
  /** Who had no core left: the figure is its limit. */
  readonly saturated: 'server' | 'load' | 'both' | 'nobody' | 'not the load';
}

/** Share of a core from which on a process has nothing left. */
const SATURATED = 0.95;

/** @throws RangeError without rounds */
export function summary(operation: Operation, rounds: readonly Round[]): Summary {
  const perSecond = rounds.map((round) => round.perSecond);
  const latencies = new LatencyHistogram();
  for (const round of rounds) latencies.merge(round.latencies.counts());
  const serverCores = rounds.flatMap((round) => (round.serverCores === undefined ? [] : [round.serverCores]));
  const server = serverCores.length === 0 ? null : median(serverCores);
  const load = median(rounds.map((round) => round.loadCores));
  return {
    operation,
    perSecond: { median: median(perSecond), min: Math.min(...perSecond), max: Math.max(...perSecond) },
    latencyUs: { p50: latencies.quantile(0.5), p99: latencies.quantile(0.99), max: latencies.quantile(1) },
    serverCores: server,
    loadCores: load,
    saturated: saturated(server, load),
  };
}

function saturated(server: number | null, load: number): Summary['saturated'] {
  const isLoad = load >= SATURATED;
  if (server === null) return isLoad ? 'load' : 'not the load';
  if (server >= SATURATED) return isLoad ? 'both' : 'server';
  return isLoad ? 'load' : 'nobody';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return (low + high) / 2;
}
