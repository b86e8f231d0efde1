#!/usr/bin/env node
// Runs polywire from a source checkout: builds what has changed, then does the same as run.js.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SLOW_MS = 1_500;
const root = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);

// The generated code may be what is broken, and codegen what repairs it: then only codegen has to build.
const parts = args[0] === 'codegen' ? ['codegen', 'cli'] : ['cli'];
for (const [index, part] of parts.entries()) {
  const { status, output } = await build(part);
  if (status === 0) continue;
  process.stderr.write(output);
  const isNeeded = index === 0;
  if (isNeeded) process.exit(status);
  process.stderr.write('going on without a full build: codegen may repair it\n');
}

const { runCli } = await import('../dist/run-cli.js');
await runCli(args, import.meta.url);

/** Compiles a package and what it depends on. Fast when nothing has changed. */
function build(part) {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  return new Promise((resolve, reject) => {
    const tsc = spawn(process.execPath, [join(dirname(compiler), 'bin', 'tsc'), '-b', join(root, part)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    const slow = setTimeout(() => process.stderr.write('building...\n'), SLOW_MS);
    tsc.stdout.on('data', (chunk) => chunks.push(chunk));
    tsc.stderr.on('data', (chunk) => chunks.push(chunk));
    tsc.on('error', reject);
    tsc.on('close', (code, signal) => {
      clearTimeout(slow);
      // Ended by a signal, which was meant for this process too.
      if (signal !== null) process.exit(130);
      resolve({ status: code ?? 1, output: Buffer.concat(chunks) });
    });
  });
}
