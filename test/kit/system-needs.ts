import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests need and npm does not have. */
export interface SystemNeed {
  readonly program: string;
  /** Package of Debian and its relatives. */
  readonly aptPackage: string;
  /** What cannot be tested without it. */
  readonly usedFor: string;
}

export const chromium: SystemNeed = {
  program: 'chromium',
  aptPackage: 'chromium',
  usedFor: 'the SDK in a real browser',
};

export const strace: SystemNeed = {
  program: 'strace',
  aptPackage: 'strace',
  usedFor: 'stores on a failing disk',
};

export const redisServer: SystemNeed = {
  program: 'redis-server',
  aptPackage: 'redis-server',
  usedFor: 'the Redis relay',
};

const needs: readonly SystemNeed[] = [chromium, strace, redisServer];

/** Full path of a program, or undefined when it is not installed. */
export function findProgram(need: SystemNeed): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, need.program)).find((path) => existsSync(path));
}

/** Installs what is missing where that is possible without asking: as root, with apt. Says what it cannot. */
export default function installSystemNeeds(): void {
  const missing = needs.filter((need) => findProgram(need) === undefined);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const packages = missing.map((need) => need.aptPackage);
    say(`installing ${packages.join(', ')} with apt-get …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { env, stdio: ['ignore', 'ignore', 'inherit'] as const, timeout: 600_000 };
    spawnSync('apt-get', ['update', '-qq'], { ...options, stdio: [...options.stdio] });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      ...options,
      stdio: [...options.stdio],
    });
  }
  for (const need of missing) {
    if (findProgram(need) !== undefined) continue;
    say(
      `MISSING: ${need.program}. Tests of ${need.usedFor} are SKIPPED. Install it: apt-get install ${need.aptPackage}`,
    );
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
