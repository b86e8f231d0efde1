import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

/** A Node to run a program with. */
export interface NodeVersion {
  readonly major: number;
  /** Path of its binary; undefined: it could not be had, and `reason` says why. */
  readonly path: string | undefined;
  readonly reason: string;
}

/** Downloads the newest Node of a major version from the npm registry, once, into `.cache`. */
export function nodeVersion(major: number): NodeVersion {
  if (process.versions.node.startsWith(`${major}.`)) return { major, path: process.execPath, reason: '' };
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache', `node-${major}`);
  const path = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(path)) return { major, path, reason: '' };
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `${name}@${major}`,
  ];
  const result = spawnSync('npm', args, { encoding: 'utf8', timeout: 300_000 });
  if (existsSync(path)) return { major, path, reason: '' };
  return { major, path: undefined, reason: `npm install ${name}@${major} failed: ${result.stderr.trim().slice(-300)}` };
}
