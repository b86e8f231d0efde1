import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../rules/source-files.js';
import { type Bench, canPin, SERVER_CORE, startFlags } from '../bench.js';
import type { Contestant, Scenario } from '../scenario.js';

const point = 'start';
const RUNS = 3;
const program = join(root, 'cli/bin/run.js');
/** An empty one-way packet. */
const PACKET = '01000000000000000000000000000000';

/** Milliseconds until the process ends, or until its stderr has `until` so many times. */
async function timeOf(args: readonly string[], until?: { readonly text: string; readonly count: number }) {
  const startedAtMs = performance.now();
  const pin = canPin ? ['taskset', '-c', String(SERVER_CORE)] : [];
  const [command, ...rest] = [...pin, process.execPath, ...args] as [string, ...string[]];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  let log = '';
  let readyAtMs: number | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (until === undefined || log.split(until.text).length <= until.count || readyAtMs !== undefined) return;
    readyAtMs = performance.now();
    child.kill('SIGKILL');
  });
  const [code] = await ended;
  const endedAtMs = until === undefined ? performance.now() : readyAtMs;
  if (endedAtMs === undefined || (until === undefined && code !== 0)) throw new Error(`${args.join(' ')}:\n${log}`);
  return endedAtMs - startedAtMs;
}

function timed(name: string, once: (bench: Bench) => Promise<number>): Contestant {
  return {
    name,
    async *run(bench) {
      let least = Number.POSITIVE_INFINITY;
      for (let run = 0; run < RUNS; run++) least = Math.min(least, await once(bench));
      yield { point, value: least };
    },
  };
}

async function serve(bench: Bench): Promise<number> {
  const directory = bench.directory();
  const config = join(directory, 'polywire.toml');
  writeFileSync(config, '[[listen]]\ntransport = "ws"\nport = 0\n\n[[listen]]\ntransport = "tcp"\nport = 0\n');
  const args = [...startFlags, program, 'serve', '--config', config, '--data', join(directory, 'data')];
  return await timeOf(args, { text: 'listening on', count: 2 });
}

export const startUp: Scenario = {
  name: 'start-up',
  title: 'Start-up',
  unit: 'ms',
  better: 'lower',
  note: 'From the start of the process, the best of three in each round. The server has an LMDB store, WebSocket and TCP.',
  contestants: [
    timed('polywire serve, until it listens', serve),
    timed('polywire packet decode', () => timeOf([...startFlags, program, 'packet', 'decode', PACKET])),
    timed('node without a program', () => timeOf(['-e', '0'])),
  ],
  targets: [],
  limits: [
    { point, contestant: 'polywire serve, until it listens', bound: 400, aim: 150 },
    { point, contestant: 'polywire packet decode', bound: 300, aim: 150 },
  ],
};
