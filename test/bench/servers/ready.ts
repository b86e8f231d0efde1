import { Session } from 'node:inspector';
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
  process.on('message', async (collect) => {
    if (collect === true) await collectGarbage();
    process.send?.(memoryUse());
  });
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

/** All of it, with what the space for new objects has grown to: as `polywire serve` does when it is idle. */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  for (let round = 0; round < 2; round++) {
    await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
  }
  session.disconnect();
}

function memoryUse(): MemoryUse {
  const { rss, heapUsed, external } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0;
  return { rss, young, heap: heapUsed + external, objects: heapUsed };
}
