import { cpus } from 'node:os';

/**
 * Begins to watch what other programs do.
 * @param ownCpuSeconds processor time of the bench's own processes so far
 * @returns what says how many cores the others used on average since
 */
export async function watchOtherCores(ownCpuSeconds: () => Promise<number>): Promise<() => Promise<number>> {
  const startedAtMs = performance.now();
  const before = busySeconds() - (await ownCpuSeconds());
  return async () => {
    const others = busySeconds() - (await ownCpuSeconds()) - before;
    return Math.max(0, (others * 1000) / (performance.now() - startedAtMs));
  };
}

/** Time of all cores that were not idle, of all programs. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
