#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/run-cli.js', import.meta.url);
if (existsSync(program)) {
  const { runCli } = await import(program.href);
  await runCli(process.argv.slice(2), import.meta.url);
} else {
  process.stderr.write('polywire is not built here: run "npm run build", or start it with "node cli/bin/dev.js"\n');
  process.exit(1);
}
