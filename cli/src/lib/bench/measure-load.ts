import type { RunJob, RunResult } from './job.js';
import { LatencyHistogram } from './latency-histogram.js';

/**
 * Runs each loop again and again, side by side, until the time is over.
 *
 * @param loops each resolves with how many messages it was
 * @throws what a loop throws
 */
export async function measureLoad(
  loops: readonly (() => Promise<number>)[],
  { warmupMs, durationMs }: Pick<RunJob, 'warmupMs' | 'durationMs'>,
): Promise<RunResult> {
  let running = true;
  let messages = 0;
  let latencies = new LatencyHistogram();
  const repeat = async (loop: () => Promise<number>): Promise<void> => {
    while (running) {
      const startedAtMs = performance.now();
      const count = await loop();
      messages += count;
      latencies.add((performance.now() - startedAtMs) * 1000);
    }
  };
  const all = Promise.all(loops.map(repeat));
  try {
    await Promise.race([all, pause(warmupMs)]);
    messages = 0;
    latencies = new LatencyHistogram();
    const cpu = process.cpuUsage();
    const startedAtMs = performance.now();
    await Promise.race([all, pause(durationMs)]);
    const seconds = (performance.now() - startedAtMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const result = { messages, seconds, cpuSeconds: (user + system) / 1e6, latencies: latencies.counts() };
    running = false;
    await all;
    return result;
  } finally {
    running = false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
