// npm run bench -- [--rounds N] [--seconds N] [--point NAME] [--out DIR] [--profile] [--list] [scenario…]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../rules/source-files.js';
import { profileScenarios } from './profile.js';
import { runBench } from './run-bench.js';
import { scenarios } from './scenarios/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '0.75' },
    out: { type: 'string', default: join(root, 'test/bench/results') },
    point: { type: 'string' },
    profile: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name));
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
if (values.list) {
  for (const { name, title } of scenarios) process.stdout.write(`${name.padEnd(16)}${title}\n`);
} else if (unknown.length > 0) {
  say(`no scenario is called ${unknown.join(', ')}; there are: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else if (!Number.isInteger(rounds) || rounds < 1 || !(seconds > 0)) {
  say('--rounds is a whole number from 1 on, --seconds a number above 0');
  process.exitCode = 2;
} else {
  const chosen = positionals.length === 0 ? scenarios : scenarios.filter(({ name }) => positionals.includes(name));
  const { point, out: outDir } = values;
  if (values.profile) await profileScenarios({ scenarios: chosen, seconds, point, onProgress: say });
  else await runBench({ scenarios: chosen, rounds, seconds, point, outDir, onProgress: say });
}
