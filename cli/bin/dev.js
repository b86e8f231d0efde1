#!/usr/bin/env node
// Runs polywire from a source checkout: compiles and bundles what has changed, then does the same as run.js.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBundleCurrent, isCompiled } from '../scripts/build-state.js';

const SLOW_MS = 1_500;
const cli = fileURLToPath(new URL('..', import.meta.url));

// A bundle is made after the compiler found nothing wrong.
if (!isBundleCurrent() || !isCompiled()) {
  const { status, output } = await compile();
  if (status !== 0) {
    process.stderr.write(output);
    process.exit(status);
  }
  const { default: makeBundle } = await import('../scripts/bundle.js');
  await makeBundle();
}
const { runCli } = await import('../bundle/run-cli.js');
await runCli(process.argv.slice(2), import.meta.url);

/** Compiles the command line and all that it depends on. */
function compile() {
  return new Promise((resolve, reject) => {
    const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
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
