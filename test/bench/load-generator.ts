import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

const sources = join(root, 'test/bench/load');
const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra'];

/** Why the load generator cannot be built here; undefined: it can. */
export function loadGeneratorFault(): string | undefined {
  if (process.platform !== 'linux') return 'the load generator uses epoll, which only Linux has';
  if (spawnSync('cc', ['--version']).status !== 0) return 'the load generator needs a C compiler: apt-get install gcc';
  return undefined;
}

/**
 * Compiles the load generator, once for each state of its sources.
 * @returns path of the program
 * @throws Error with what the compiler says
 */
export function buildLoadGenerator(): string {
  const names = readdirSync(sources).sort();
  const hash = createHash('sha256').update(flags.join(' '));
  for (const name of names) hash.update(name).update(readFileSync(join(sources, name)));
  const folder = join(root, '.cache/bench');
  const program = join(folder, `load-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
  const compiled = spawnSync('cc', [...flags, '-o', program, ...files], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(loadGeneratorFault() ?? compiled.stderr);
  return program;
}
