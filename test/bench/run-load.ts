import type { Bench } from './bench.js';
import { buildLoadGenerator } from './load-generator.js';
import type { Sample } from './scenario.js';

/** What the load generator is told; test/bench/README.md describes it. */
export interface Load {
  readonly wire: 'echo' | 'topics' | 'framed' | 'native' | 'kv' | 'redis' | 'nats' | 'msgtrans' | 'exact';
  readonly port: number;
  readonly serverPid: number;
  readonly mode?: 'calls' | 'fanout' | 'idle';
  readonly operation?: 'echo' | 'get' | 'set';
  /** Path of a WebSocket. Undefined: TCP. */
  readonly path?: string | undefined;
  readonly protocol?: string | undefined;
  readonly connections?: number;
  readonly depth?: number;
  readonly perFrame?: number;
  readonly keys?: number;
  readonly valueBytes?: number;
  readonly extraTopics?: number;
  /** Of which at least so many are measured, also when that takes some seconds more. */
  readonly messages?: number;
  /** Hexadecimal, of the wire "exact". */
  readonly request?: string;
  readonly reply?: string;
}

/** What it says at the end. */
export interface LoadResult {
  readonly messages: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** Fan-out: from a publish to the last delivery. */
  readonly burstP50Us?: number;
  readonly burstP99Us?: number;
  readonly loadCpu: number;
  readonly serverCpu: number;
  readonly serverUsPerMessage: number;
}

/** The command line of a load. */
export function loadCommand(load: Load, seconds: number, warmupSeconds: number): string[] {
  const command = [buildLoadGenerator(), '--seconds', String(seconds), '--warmup', String(warmupSeconds)];
  for (const [name, value] of Object.entries(load)) {
    if (value === undefined) continue;
    command.push(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value));
  }
  return command;
}

/**
 * Loads a server and waits for the result.
 * @throws Error when a reply was wrong or missing
 */
export async function runLoad(bench: Bench, load: Load): Promise<LoadResult> {
  const client = await bench.startClient(loadCommand(load, bench.seconds, bench.warmupSeconds));
  const result = (await client.line()) as LoadResult;
  await client.stop();
  return result;
}

/** The result as a sample of messages a second. */
export function sampleOf(point: string, result: LoadResult): Sample {
  const { perSecond, p50Us, p99Us, maxUs, serverUsPerMessage, serverCpu, loadCpu } = result;
  return { point, value: perSecond, p50Us, p99Us, maxUs, serverUsPerMessage, serverCpu, loadCpu };
}
