import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Clock, Timer } from '@polywire/sdk/core';

/** How often it is looked whether the process is idle. */
const LOOK_MS = 10_000;
/** Looks in a row that have to find it idle. */
const IDLE_LOOKS = 3;
/** An idle process uses less of a processor than this. */
const IDLE_SHARE = 0.05;
/** Less than this is not worth a collection. */
const MIN_YOUNG_BYTES = 16 * 2 ** 20;
/** Of all objects: with more of them the collection would stop the process for long. */
const MAX_HEAP_BYTES = 256 * 2 ** 20;

/** What is looked at of a process, and done to it. */
export interface ProcessMemory {
  /** Processor time that it has used, in milliseconds. */
  usedMs(): number;
  /** What the space for new objects takes. */
  youngBytes(): number;
  /** Of all objects. */
  heapBytes(): number;
  /** Collects all garbage, and lets the space for new objects shrink to what it began with. Never rejects. */
  release(): Promise<void>;
}

export const thisProcess: ProcessMemory = {
  usedMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  youngBytes: () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0,
  heapBytes: () => getHeapStatistics().used_heap_size,
  release: async () => {
    // `global.gc` leaves the space for new objects as large as it is. A Node may be built without an inspector.
    const inspector = await import('node:inspector').catch(() => undefined);
    if (inspector === undefined) return;
    const session = new inspector.Session();
    session.connect();
    await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
    session.disconnect();
  },
};

/**
 * Gives memory back to the system when the process has been idle for 30 seconds: traffic makes the space for new objects
 * grow to three times `--max-semi-space-size`, and V8 leaves it so. It takes one collection of all garbage, at most
 * once in 30 seconds, and never while the process is busy or has more than 256 MiB of objects.
 *
 * @returns ends it
 */
export function releaseMemoryWhenIdle(clock: Clock, memory: ProcessMemory = thisProcess): () => void {
  let timer: Timer;
  let idleLooks = 0;
  let usedMs = memory.usedMs();
  const look = (): void => {
    timer = clock.setTimer(LOOK_MS, look);
    const usedBeforeMs = usedMs;
    usedMs = memory.usedMs();
    idleLooks = usedMs - usedBeforeMs < LOOK_MS * IDLE_SHARE ? idleLooks + 1 : 0;
    if (idleLooks < IDLE_LOOKS) return;
    idleLooks = 0;
    if (memory.youngBytes() >= MIN_YOUNG_BYTES && memory.heapBytes() <= MAX_HEAP_BYTES) void memory.release();
  };
  timer = clock.setTimer(LOOK_MS, look);
  return () => timer.cancel();
}
