import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { root } from '../rules/source-files.js';

/** Where and of what a result was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Of the project; "+ changes" when files differ from it. */
  readonly commit: string;
  readonly date: string;
}

export function describeMachine(): Machine {
  const git = (...args: string[]): string =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed ? ' + changes' : ''}`,
    date: new Date().toISOString(),
  };
}

const TICKS_PER_SECOND = 100;

/**
 * Begins to watch what processes of others do.
 * @returns what says how much of a core they used on average since; 0 where /proc does not say
 */
export function otherCpuShare(): () => number {
  const startedAtMs = performance.now();
  const before = busyTicks() - ownTicks();
  return () => {
    const seconds = (performance.now() - startedAtMs) / 1000;
    return Math.max(0, (busyTicks() - ownTicks() - before) / TICKS_PER_SECOND / seconds);
  };
}

/** Ticks of all cores that were not idle. */
function busyTicks(): number {
  const fields = readProc('/proc/stat').split('\n', 1)[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = fields;
  return user + nice + system + irq + softIrq + steal;
}

/** Ticks of this process and of those that it started and that have ended. */
function ownTicks(): number {
  const text = readProc('/proc/self/stat');
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
