import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

/** A Python that has the packages that a test needs. */
export interface PythonWithPackages {
  /** Path of its binary; undefined: it could not be had, and `reason` says why. */
  readonly path: string | undefined;
  readonly reason: string;
}

/**
 * Makes a virtual environment in `.cache` with packages of PyPI, once.
 * @param name of the environment
 * @param requirements such as "websockets==16.0"
 */
export function pythonWith(name: string, requirements: readonly string[]): PythonWithPackages {
  const folder = join(root, '.cache', `python-${name}-${requirements.join('-').replaceAll(/[^\w.-]/g, '')}`);
  const path = join(folder, 'bin', 'python3');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return { path, reason: '' };
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['python3', '-m', 'venv', '--clear', folder],
    [path, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements],
    ['touch', ready],
  ];
  for (const [program, ...args] of steps) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
    if (status === 0) continue;
    const why = error?.message ?? stderr.trim().slice(-300);
    return { path: undefined, reason: `${program} ${args.join(' ')} failed: ${why}` };
  }
  return { path, reason: '' };
}
