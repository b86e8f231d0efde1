import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../rules/source-files.js';

/**
 * Makes a script runnable by a Node of its own. The sources of the project that it names by path are
 * compiled into it; packages stay outside, so the project is as it is built.
 * @param folder below test/
 * @returns path of the JavaScript file
 */
export async function bundleScript(folder: string, name: string): Promise<string> {
  const outfile = join(root, '.cache', folder, `${name.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, 'test', folder, `${name}.ts`)],
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
