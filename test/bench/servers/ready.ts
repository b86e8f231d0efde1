import { getHeapSpaceStatistics } from 'node:v8';
import { startProfiler } from './profiler.js';

/** Tells the bench where this server listens. With BENCH_PROFILE, a path, it is profiled from now on. */
export function ready(ports: Readonly<Record<string, number>>): void {
  const { BENCH_PROFILE: profilePath } = process.env;
  const stopProfiler = profilePath === undefined ? undefined : startProfiler(profilePath);
  process.on('SIGTERM', () => {
    stopProfiler?.();
    process.exit(0);
  });
  process.on('message', (collect) => process.send?.(memoryUse(collect === true)));
  process.stdout.write(`${JSON.stringify({ ports })}\n`);
}

/** What a process takes, in bytes. */
export interface MemoryUse {
  readonly rss: number;
  /** What of it is the space for new objects, which grows with traffic up to a fixed size, and belongs to no session. */
  readonly young: number;
  /** Of JavaScript, with what its buffers hold. */
  readonly heap: number;
  /** Of JavaScript alone. */
  readonly objects: number;
}

/** With `collect` after the garbage is gone, which needs --expose-gc. */
function memoryUse(collect: boolean): MemoryUse {
  for (let round = 0; collect && round < 4; round++) (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0;
  return { rss, young, heap: heapUsed + external, objects: heapUsed };
}
