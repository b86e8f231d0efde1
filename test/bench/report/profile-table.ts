import { root } from '../../rules/source-files.js';
import type { TakenProfile } from '../servers/profiler.js';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const ROWS = 35;
// "dispatch" is the profiler itself.
const LEFT_OUT = new Set(['(idle)', '(root)', 'dispatch']);
const LEAST_SHARE = 0.004;

/**
 * Which folder and which function took which share of the time that was not idle, without what they called. Garbage
 * collection, and native functions such as the one that writes to a socket, count for themselves.
 */
export function profileTable(text: string): string {
  const { profile, kernelShare } = JSON.parse(text) as TakenProfile;
  const { nodes, samples, timeDeltas } = profile as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  const byFolder = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || LEFT_OUT.has(frame.functionName)) return;
    const time = timeDeltas[index] as number;
    add(byFunction, describe(frame), time);
    add(byFolder, folderOf(frame), time);
    total += time;
  });
  return [
    `kernel: ${(kernelShare * 100).toFixed(0)} % of the processor time`,
    ...rows(byFolder, total),
    '',
    ...rows(byFunction, total),
  ].join('\n');
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function rows(times: ReadonlyMap<string, number>, total: number): string[] {
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, ROWS)
    .filter(([, time]) => time >= total * LEAST_SHARE)
    .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
}

function pathOf(url: string): string {
  return url.replace('file://', '').replace(root, '').replace('/dist/', '/');
}

function folderOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName === '(garbage collector)' ? functionName : '(native)';
  if (url.startsWith('node:')) return 'node';
  return pathOf(url).split('/').slice(0, -1).join('/');
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  return `${name}  ${pathOf(url)}:${lineNumber + 1}`;
}
