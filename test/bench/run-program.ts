import { type Bench, startFlags } from './bench.js';
import type { Sample } from './scenario.js';
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
