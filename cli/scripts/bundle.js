#!/usr/bin/env node
// Puts the compiled command line, the server and the packages that they load into a few files in bundle/, which is
// what users get: Node takes longer to find and open 600 modules than to run them. What is wanted by a few commands
// only is a file of its own, loaded when it is asked for.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { isBundleCurrent, stateOfInputs } from './build-state.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'cli');
const bundle = join(cli, 'bundle');

/** Packages with native code or with files of their own beside it: the dependencies of package.json. */
const external = Object.keys(readJson(join(cli, 'package.json')).dependencies);

/** oclif asks for it where commands are not compiled, which never is so here. */
const absent = ['typescript'];

/** What CommonJS packages expect to be there. */
const commonJs = [
  "import { createRequire as bundleCreateRequire } from 'node:module';",
  "import { fileURLToPath as bundleFileURLToPath } from 'node:url';",
  'const require = bundleCreateRequire(import.meta.url);',
  "const __dirname = bundleFileURLToPath(new URL('.', import.meta.url));",
].join('\n');

/** Makes the bundle anew, unless it is current. Several processes may do so at a time. */
export default async function makeBundle() {
  if (isBundleCurrent()) return;
  const state = stateOfInputs();
  if (state === '') throw new Error('polywire is not compiled: run "npm run build"');
  const made = `${bundle}.${process.pid}`;
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['run-cli', 'commands', 'lib/help', 'lib/bench/load-process', 'lib/bench/server-process'].map(
        // Flat: a file finds those that it names beside it, and package.json above.
        (name) => ({ in: join(cli, 'dist', `${name}.js`), out: name.split('/').at(-1) }),
      ),
      outdir: made,
      bundle: true,
      splitting: true,
      metafile: true,
      sourcemap: true,
      sourcesContent: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: [...external, ...absent],
      banner: { js: commonJs },
      logLevel: 'error',
    });
    writeFileSync(join(made, 'LICENSES.txt'), licenses(Object.keys(metafile.inputs)));
    writeFileSync(join(made, 'built-from.json'), state);
    rmSync(bundle, { recursive: true, force: true });
    renameSync(made, bundle);
  } catch (error) {
    // Another process was faster.
    if (error.code !== 'ENOTEMPTY' || !isBundleCurrent()) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** The terms of every package of others that went in. */
function licenses(inputs) {
  const folders = inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = readJson(join(root, folder, 'package.json'));
      const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeBundle();
