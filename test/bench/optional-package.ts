import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../rules/source-files.js';

const folder = join(root, '.cache/peers');

/**
 * Where a package that the project does not depend on is, if somebody installed it for the bench.
 * @returns path of its CommonJS entry, or undefined
 */
export function optionalPackage(name: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

/** How to install packages of which one is missing; undefined: all are there. */
export function packageFault(...names: string[]): string | undefined {
  const missing = names.filter((name) => optionalPackage(name) === undefined);
  return missing.length === 0 ? undefined : `install it: npm install --prefix .cache/peers ${missing.join(' ')}`;
}
