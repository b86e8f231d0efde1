import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Makes a script of this folder runnable by a Node of its own. The sources of the project that it
 * names by path are compiled into it; packages stay outside.
 * @returns path of the JavaScript file
 */
export async function bundleScript(name: string): Promise<string> {
  const outfile = `${root}.cache/faults/${name}.mjs`;
  mkdirSync(`${root}.cache/faults`, { recursive: true });
  await build({
    entryPoints: [`${root}test/faults/${name}.ts`],
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
