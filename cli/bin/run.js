#!/usr/bin/env -S node --max-semi-space-size=64
// A larger young generation: what a server holds for a moment dies there, instead of costing twice.
let program;
try {
  program = await import('../dist/run-cli.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    'polywire is not built: run "npm install && npm run build" in the checkout, or use "node cli/bin/dev.js"\n',
  );
  process.exit(1);
}
await program.runCli(process.argv.slice(2), import.meta.url);
