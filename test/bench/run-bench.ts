import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, type Machine } from './machine.js';
import { chart } from './report/chart.js';
import { markdown } from './report/markdown.js';
import { type Ratio, type RunOptions, runScenario, type ScenarioResult } from './run-scenario.js';
import type { Scenario } from './scenario.js';

/** Of results.json. */
const FORMAT = 1;

export interface BenchRun extends RunOptions {
  readonly scenarios: readonly Scenario[];
  /** Gets a JSON file, a Markdown page and an SVG chart. */
  readonly outDir: string;
}

/** A scenario that was run, and where. */
export interface Entry {
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly result: ScenarioResult;
}

/**
 * Runs scenarios and writes what they gave. Scenarios that were not run keep their earlier results, so that
 * one can be repeated alone; each says when it was measured and of which commit.
 */
export async function runBench(run: BenchRun): Promise<readonly Entry[]> {
  mkdirSync(run.outDir, { recursive: true });
  const file = join(run.outDir, 'results.json');
  let entries = readEntries(file);
  for (const scenario of run.scenarios) {
    const result = await runScenario(scenario, run);
    const { seconds } = run;
    const rounds = Math.min(run.rounds, scenario.maxRounds ?? run.rounds);
    const entry: Entry = { machine: describeMachine(), rounds, seconds, result };
    const known = entries.findIndex((other) => other.result.name === scenario.name);
    entries = known < 0 ? [...entries, entry] : entries.with(known, entry);
    writeFileSync(file, `${JSON.stringify({ format: FORMAT, entries }, undefined, 2)}\n`);
    writeFileSync(join(run.outDir, 'results.md'), markdown(entries));
    writeFileSync(join(run.outDir, 'results.svg'), chart(entries));
    for (const ratio of result.ratios) run.onProgress?.(ratioLine(ratio));
    for (const { contestant, reason } of result.missing) run.onProgress?.(`  MISSING ${contestant}: ${reason}`);
    for (const { contestant, reason } of result.failed) run.onProgress?.(`  FAILED ${contestant}: ${reason}`);
  }
  return entries;
}

function ratioLine(ratio: Ratio): string {
  const { point, contestant, against, median, min, max, bound, reached, isWish, byCpu } = ratio;
  const cpu = byCpu === undefined ? '' : `, by CPU ${byCpu.toFixed(2)}`;
  const figures = `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)}${cpu})`;
  const verdict = reached ? 'ok  ' : isWish ? 'wish' : 'MISS';
  return `  ${verdict} ${point}: ${contestant} / ${against} = ${figures}, wanted ${bound}`;
}

/** Earlier results; none when there are none that this version understands. */
function readEntries(file: string): readonly Entry[] {
  try {
    const { format, entries } = JSON.parse(readFileSync(file, 'utf8')) as { format: number; entries: Entry[] };
    return format === FORMAT ? entries : [];
  } catch {
    return [];
  }
}
