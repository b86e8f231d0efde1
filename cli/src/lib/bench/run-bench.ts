import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSeconds } from './answer-parent.js';
import { HelperProcess } from './helper-process.js';
import type { OpenJob, Operation, RunJob, RunResult, ServeJob } from './job.js';
import { LatencyHistogram } from './latency-histogram.js';
import { watchOtherCores } from './other-cores.js';
import { type Summary, summary } from './summary.js';

/** What is measured, and how. */
export interface BenchPlan extends Omit<OpenJob, 'url' | 'prefix'> {
  /** Address of a server that runs; undefined: one is started. */
  readonly url?: string | undefined;
  readonly transport: ServeJob['transport'];
  readonly store: 'memory' | 'lmdb';
  readonly operations: readonly Operation[];
  readonly depth: number;
  readonly rounds: number;
  readonly durationMs: number;
  readonly processes: number;
  /** Told of each step. */
  readonly onProgress: (text: string) => void;
}

/** What one operation reached in one round. */
export interface Round {
  readonly perSecond: number;
  readonly latencies: LatencyHistogram;
  /** Cores that the server used; undefined: it runs elsewhere. */
  readonly serverCores?: number | undefined;
  /** Cores that the busiest load process used. */
  readonly loadCores: number;
}

/** What a run gives. */
export interface BenchResult {
  readonly url: string;
  /** Cores that other programs used on average: what the figures lack. */
  readonly otherCores: number;
  readonly results: readonly Summary[];
}

const MOST_WARMUP_MS = 500;

/**
 * Starts what is needed, measures every operation in every round, and leaves nothing behind.
 * @throws PolywireError when the server cannot be reached or a call fails, Error when a reply is wrong
 */
export async function runBench(plan: BenchPlan): Promise<BenchResult> {
  const processes: HelperProcess[] = [];
  let directory: string | undefined;
  const start = (script: string): HelperProcess => {
    const started = new HelperProcess(script);
    processes.push(started);
    return started;
  };
  try {
    let { url } = plan;
    let server: HelperProcess | undefined;
    if (url === undefined) {
      if (plan.store === 'lmdb') directory = await mkdtemp(join(tmpdir(), 'polywire-bench-'));
      const job: ServeJob = { transport: plan.transport, lmdbPath: directory };
      server = start('server-process.js');
      url = await server.ask<string>('serve', job);
    }
    plan.onProgress(`measuring ${url}`);
    const loads = Array.from({ length: plan.processes }, () => start('load-process.js'));
    await openAll(loads, url, plan);
    const others = await watchOtherCores(async () => {
      const each = await Promise.all(processes.map((started) => started.ask<number>('cpuSeconds')));
      return each.reduce((sum, seconds) => sum + seconds, cpuSeconds());
    });
    const rounds = new Map<Operation, Round[]>(plan.operations.map((operation) => [operation, []]));
    for (let round = 1; round <= plan.rounds; round++) {
      for (const operation of plan.operations) {
        plan.onProgress(`round ${round} of ${plan.rounds}: ${operation}`);
        rounds.get(operation)?.push(await measure(operation, loads, server, plan));
      }
    }
    const otherCores = await others();
    await Promise.all(loads.map((load) => load.ask('close')));
    const results = plan.operations.map((operation) => summary(operation, rounds.get(operation) ?? []));
    return { url, otherCores, results };
  } finally {
    for (const started of processes) started.stop();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** Shares the connections out among the load processes. */
async function openAll(loads: readonly HelperProcess[], url: string, plan: BenchPlan): Promise<void> {
  const { token, tls, timeoutMs, keys, valueBytes } = plan;
  const run = randomUUID().slice(0, 8);
  await Promise.all(
    loads.map(async (load, index) => {
      const connections = Math.floor((plan.connections + index) / loads.length);
      const prefix = `polywire-bench/${run}/${index}/`;
      const job: OpenJob = { url, token, tls, timeoutMs, keys, valueBytes, connections, prefix };
      await load.ask('open', job);
    }),
  );
}

async function measure(
  operation: Operation,
  loads: readonly HelperProcess[],
  server: HelperProcess | undefined,
  { depth, durationMs }: BenchPlan,
): Promise<Round> {
  const warmupMs = Math.min(MOST_WARMUP_MS, durationMs);
  const job: RunJob = { operation, depth, warmupMs, durationMs };
  const startedAtMs = performance.now();
  const cpuBefore = await server?.ask<number>('cpuSeconds');
  const results = await Promise.all(loads.map((load) => load.ask<RunResult>('run', job)));
  const cpuAfter = await server?.ask<number>('cpuSeconds');
  const passedSeconds = (performance.now() - startedAtMs) / 1000;
  const latencies = new LatencyHistogram();
  for (const result of results) latencies.merge(result.latencies);
  return {
    perSecond: results.reduce((sum, { messages, seconds }) => sum + messages / seconds, 0),
    latencies,
    serverCores: cpuBefore === undefined ? undefined : ((cpuAfter as number) - cpuBefore) / passedSeconds,
    loadCores: Math.max(...results.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds)),
  };
}
