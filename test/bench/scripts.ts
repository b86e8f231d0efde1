import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../rules/source-files.js';

const bundled = new Map<string, Promise<string>>();

/**
 * Makes a script of this folder runnable by a Node of its own, such as "servers/polywire". Packages
 * stay outside, so the project is measured as it is built.
 * @returns path of the JavaScript file
 */
export async function scriptPath(name: string): Promise<string> {
  let path = bundled.get(name);
  if (path === undefined) {
    path = bundle(name);
    bundled.set(name, path);
  }
  return await path;
}

async function bundle(name: string): Promise<string> {
  const outfile = join(root, '.cache/bench', `${name.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, 'test/bench', `${name}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  return outfile;
}
