import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';
import { profileTable } from './report/profile-table.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';

export interface ProfileRun {
  readonly scenarios: readonly Scenario[];
  readonly seconds: number;
  readonly point?: string | undefined;
  readonly onProgress?: (text: string) => void;
}

const profileDir = join(root, '.cache/bench/profiles');

/** Runs our side of scenarios once, under the sampling profiler of Node, and writes to stdout which function took which share. */
export async function profileScenarios({ scenarios, seconds, point, onProgress }: ProfileRun): Promise<void> {
  rmSync(profileDir, { recursive: true, force: true });
  mkdirSync(profileDir, { recursive: true });
  for (const scenario of scenarios) {
    const contestants = scenario.contestants.filter(({ name }) => name.startsWith('polywire'));
    const options = { rounds: 1, seconds, point, profileDir, ...(onProgress !== undefined && { onProgress }) };
    const { figures, failed } = await runScenario({ ...scenario, contestants, targets: [], limits: [] }, options);
    for (const { contestant, reason } of failed) onProgress?.(`  FAILED ${contestant}: ${reason}`);
    for (const { contestant, point: at, median, serverUsPerMessage: us } of figures) {
      const cost = us === undefined ? '' : `, ${us.toFixed(3)} µs of the server each`;
      process.stdout.write(`${contestant}, ${at}: ${Math.round(median)} ${scenario.unit}${cost}\n`);
    }
  }
  for (const name of readdirSync(profileDir).sort()) {
    process.stdout.write(`\n${name}\n${profileTable(readFileSync(join(profileDir, name), 'utf8'))}\n`);
  }
}
