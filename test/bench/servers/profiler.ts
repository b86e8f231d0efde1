import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const INTERVAL_US = 250;

/** What is written: V8's profile, and which share of the processor time the kernel took. */
export interface TakenProfile {
  readonly profile: unknown;
  readonly kernelShare: number;
}

/**
 * Begins to sample what this process does.
 * @returns what ends it and writes the profile
 */
export function startProfiler(path: string): () => void {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  session.post('Profiler.start');
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const kernelShare = system / (user + system);
    // The answer comes before `post` returns.
    session.post('Profiler.stop', (_, result) => {
      const taken: TakenProfile = { profile: result?.profile, kernelShare };
      writeFileSync(path, JSON.stringify(taken));
    });
  };
}
