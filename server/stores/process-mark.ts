import { readFileSync } from 'node:fs';

/** Names one run of one process, also after its number was given to another. */
export interface ProcessMark {
  readonly pid: number;
  /** Boot and start time on Linux; empty where the system does not tell. */
  readonly started: string;
}

export function readProcessMark(pid: number): ProcessMark {
  return { pid, started: startOf(pid) };
}

/** True: the marked process is running. Without a start time the number alone decides. */
export function isSameProcess(mark: ProcessMark): boolean {
  if (!isRunning(mark.pid)) return false;
  const started = startOf(mark.pid);
  return started === '' || mark.started === '' || started === mark.started;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the 20th field after it is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return '';
  }
}
