import { fileURLToPath } from 'node:url';
import { generate } from './run-codegen.js';

// Compiles this repository's own schema. The generated packages may be missing or broken at this
// point, so nothing here depends on them; `polywire codegen` is for the schemas of users.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const check = process.argv.includes('--check');
try {
  const result = await generate({ schemaDir: `${root}schema`, outDir: `${root}generated`, own: true, check });
  const what = check ? 'differ from the schema' : 'changed';
  process.stdout.write(`${result.files} files in ${result.elapsedMs} ms; ${result.changed.length} ${what}\n`);
  if (check && result.changed.length > 0) {
    process.stderr.write(`run "npm run codegen" and commit the result:\n  ${result.changed.join('\n  ')}\n`);
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
