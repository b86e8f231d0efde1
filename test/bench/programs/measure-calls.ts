import { readdirSync, readFileSync } from 'node:fs';
import type { ProgramResult } from '../run-program.js';
import { warmupSecondsOf } from '../warm-up.js';

/**
 * Keeps so many calls in flight and writes to stdout how many ended, as a line of JSON.
 * @param serverPid whose processor time is taken along, if any
 */
export async function measureCalls(
  call: () => Promise<unknown>,
  {
    inFlight,
    seconds,
    serverPid = 0,
  }: { readonly inFlight: number; readonly seconds: number; readonly serverPid?: number },
): Promise<void> {
  let count = 0;
  let running = true;
  const worker = async (): Promise<void> => {
    for (; running; count++) await call();
  };
  const workers = Promise.all(Array.from({ length: inFlight }, worker));
  await Promise.race([workers, pause(warmupSecondsOf(seconds) * 1000)]);
  const before = { count, cpu: process.cpuUsage(), at: performance.now(), server: cpuSecondsOf(serverPid) };
  await Promise.race([workers, pause(seconds * 1000)]);
  const passed = (performance.now() - before.at) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const server = cpuSecondsOf(serverPid) - before.server;
  const calls = count - before.count;
  running = false;
  await workers;
  const result: ProgramResult = {
    value: calls / passed,
    loadCpu: (user + system) / 1e6 / passed,
    ...(serverPid > 0 && { serverCpu: server / passed }),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Processor time of a process, all its threads. */
function cpuSecondsOf(pid: number): number {
  if (pid === 0) return 0;
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e9;
}
