import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile, transform } from 'esbuild';
import { root } from '../rules/source-files.js';

const runFile = promisify(execFile);

/** Where entries and bundles lie: inside the workspace, so that packages are found from there. */
export const work = join(root, '.cache/bundle');

/** Writes the source of an entry; returns its path. */
export function writeEntry(name: string, source: string): string {
  const path = join(work, `${name}.js`);
  mkdirSync(work, { recursive: true });
  writeFileSync(path, source);
  return path;
}

export interface Bundled {
  readonly code: string;
  /** What came from which file. */
  readonly parts: Metafile;
}

/** One minified ES module for browsers. */
export async function bundleWithEsbuild(entry: string): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
  });
  return { code: outputFiles[0]?.text ?? '', parts: metafile };
}

/** Bundles with `run-rollup.js` or `run-webpack.js`, as a project with that bundler would. */
export async function bundleWith(bundler: 'rollup' | 'webpack', entry: string): Promise<string> {
  const out = join(work, bundler, 'bundle.js');
  await runFile(process.execPath, [join(root, `test/bundle/run-${bundler}.js`), entry, out], { cwd: root });
  // Rollup does not minify: comments would stay.
  return (await transform(readFileSync(out, 'utf8'), { minify: true, format: 'esm', target: 'es2022' })).code;
}
