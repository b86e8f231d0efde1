#!/usr/bin/env node
// Runs polywire from a source checkout: compiles and bundles what has changed, then does the same as run.js.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBundleCurrent } from '../scripts/bundle-state.js';

const SLOW_MS = 1_500;
const cli = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');

const { status, output } = await build();
if (status !== 0) {
  process.stderr.write(output);
  process.exit(status);
}
if (!isBundleCurrent()) await (await import('../scripts/bundle.js')).default();
const { runCli } = await import('../bundle/run-cli.js');
await runCli(process.argv.slice(2), import.meta.url);

/** Compiles the command line and all that it depends on; fast when nothing has changed. */
function build() {
  return new Promise((resolve, reject) => {
    const tsc = spawn(process.execPath, [join(dirname(compiler), 'bin', 'tsc'), '-b', cli], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    const slow = setTimeout(() => process.stderr.write('building...\n'), SLOW_MS);
    tsc.stdout.on('data', (chunk) => chunks.push(chunk));
    tsc.stderr.on('data', (chunk) => chunks.push(chunk));
    tsc.on('error', reject);
    tsc.on('close', (code) => {
      clearTimeout(slow);
      resolve({ status: code ?? 1, output: Buffer.concat(chunks) });
    });
  });
}
