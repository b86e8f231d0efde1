#!/usr/bin/env -S node --max-semi-space-size=64 --max-inlined-bytecode-size-cumulative=4000
// A larger young generation: what a server holds for a moment dies there, instead of costing twice.
// And more of what every message passes is compiled into one piece.
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

// Since Node 22.1: what V8 compiled is kept for the next start.
nodeModule.enableCompileCache?.();
const program = await bundled();
if (program === undefined) {
  process.stderr.write(
    'polywire is not built: run "npm install && npm run build" in the checkout, or use "node cli/bin/dev.js"\n',
  );
  process.exit(1);
}
await program.runCli(process.argv.slice(2), import.meta.url);

/** The program, unless it is not there, or is older than what this checkout was last compiled to. */
async function bundled() {
  const state = new URL('../scripts/build-state.js', import.meta.url);
  if (existsSync(state) && !(await import(state)).isBundleCurrent()) return undefined;
  try {
    return await import('../bundle/run-cli.js');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}
