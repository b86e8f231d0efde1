import { type Bench, startFlags } from './bench.js';
import type { Contestant, Sample } from './scenario.js';
import { scriptPath } from './scripts.js';

/** What a script of `programs/` says at its end. */
export type ProgramResult = Omit<Sample, 'point'>;

/** Runs a script of `programs/` and waits for its result. */
export async function runProgram(
  bench: Bench,
  name: string,
  args: readonly string[],
  core: 'server' | 'load',
): Promise<ProgramResult> {
  const command = [process.execPath, ...startFlags, await scriptPath(`programs/${name}`), ...args];
  const started = core === 'server' ? await bench.startServer(command) : await bench.startClient(command);
  const result = (await started.line()) as ProgramResult;
  await started.stop();
  return result;
}

/** Someone who is measured by a script of its own, without a server; its last argument is the seconds. */
export function programmed(
  name: string,
  script: string,
  points: readonly { readonly name: string; readonly args: readonly string[] }[],
  missing?: string,
): Contestant {
  return {
    name,
    missing,
    run: async (bench) => {
      const samples: Sample[] = [];
      for (const point of points) {
        const result = await runProgram(bench, script, [...point.args, String(bench.seconds)], 'server');
        samples.push({ point: point.name, ...result });
      }
      return samples;
    },
  };
}
