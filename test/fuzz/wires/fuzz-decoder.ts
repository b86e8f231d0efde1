import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import { Random } from '../random.js';

/** How many inputs each decoder gets. */
export const fuzzRuns = Number(process.env.POLYWIRE_FUZZ_RUNS ?? 1_000_000);
export const fuzzSeed = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_261_121);
/** For the test that runs them. */
export const FUZZ_TIMEOUT_MS = 3_600_000;

/** No input may take longer. */
const MAX_MS = 50;
/** What the process may hold more than at the beginning, garbage included. */
const MAX_GROWTH_BYTES = 268_435_456;
const MEMORY_SAMPLES = 50;
const TURN_RUNS = 256;
/** How often a slow input is decoded again. */
const REPEATS = 4;

export interface FuzzTarget<Input> {
  /** Such as "kv: streams". */
  readonly name: string;
  readonly seed?: number;
  make(random: Random): Input;
  /**
   * Decodes an input: this is what is timed. Whatever it throws fails the test.
   * @returns a word for what became of it, or several
   */
  decode(input: Input): readonly string[];
  /** Further checks of one input, not timed. */
  check?(input: Input, outcomes: readonly string[], random: Random, run: number): void;
  /** The kind of an outcome, to be counted. Default: the outcome. */
  kindOf?(outcome: string): string;
}

/**
 * Gives a decoder `fuzzRuns` inputs and prints what became of them. Fails when an input takes over
 * 50 ms or the process grows by more than 256 MiB.
 * @returns how often each kind of outcome was seen
 */
export async function fuzzDecoder<Input>(target: FuzzTarget<Input>): Promise<ReadonlyMap<string, number>> {
  const { stackTraceLimit } = Error;
  // Most inputs are refused: without their stacks, errors cost a tenth.
  Error.stackTraceLimit = 0;
  try {
    return await runAll(target);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runAll<Input>(target: FuzzTarget<Input>): Promise<ReadonlyMap<string, number>> {
  const random = new Random(target.seed ?? fuzzSeed);
  const { kindOf = (outcome: string) => outcome } = target;
  const seen = new Map<string, number>();
  const heldAtStart = heldBytes();
  const sampleEvery = Math.max(1, Math.floor(fuzzRuns / MEMORY_SAMPLES));
  let grownBytes = 0;
  let slowestMs = 0;
  const startedAt = performance.now();
  for (let run = 0; run < fuzzRuns; run++) {
    const input = target.make(random);
    const before = performance.now();
    const outcomes = decoded(target, input);
    const takenMs = performance.now() - before;
    // A busy machine may be slow now and then: what is slow itself is slow each time.
    if (takenMs > slowestMs)
      slowestMs = Math.max(
        slowestMs,
        fastestOf(takenMs, () => target.decode(input)),
      );
    target.check?.(input, outcomes, random, run);
    for (const outcome of outcomes) {
      const kind = kindOf(outcome);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    // What libraries put off to the next turn, closing of streams for one, has to be done as in a server.
    if (run % TURN_RUNS === 0) await setImmediate();
    if (run % sampleEvery === 0) grownBytes = Math.max(grownBytes, heldBytes() - heldAtStart);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const counts = [...seen].map(([kind, count]) => `${count} ${kind}`).join(', ');
  process.stdout.write(
    `fuzz ${target.name}: ${fuzzRuns} inputs, seed ${target.seed ?? fuzzSeed}, ${seconds} s, ` +
      `slowest ${slowestMs.toFixed(1)} ms, at most ${Math.ceil(grownBytes / 1_048_576)} MiB more: ${counts}\n`,
  );
  expect(slowestMs).toBeLessThan(MAX_MS);
  expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
  return seen;
}

function decoded<Input>(target: FuzzTarget<Input>, input: Input): readonly string[] {
  try {
    return target.decode(input);
  } catch {
    Error.stackTraceLimit = 20;
    const shown = input instanceof Uint8Array ? Buffer.from(input).toString('hex') : JSON.stringify(input);
    process.stderr.write(`fuzz ${target.name}: not decoded: ${shown}\n`);
    return target.decode(input);
  }
}

function fastestOf(takenMs: number, work: () => unknown): number {
  return Math.min(takenMs, ...Array.from({ length: REPEATS }, () => timed(work)));
}

/** The milliseconds that `work` took. */
export function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
