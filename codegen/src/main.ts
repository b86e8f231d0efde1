import { fileURLToPath } from 'node:url';
import { formatFinding } from './breaking-finding.js';
import { runBreaking } from './run-breaking.js';
import { generate } from './run-codegen.js';

// What this repository does with its own schema: `generate [--check]` and `breaking`. The
// generated packages may be missing or broken at this point, so nothing here depends on them.
// `polywire codegen` is for the schemas of users.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const schemaDir = `${root}schema`;

async function runGenerate(check: boolean): Promise<boolean> {
  const result = await generate({ schemaDir, outDir: `${root}generated`, own: true, check });
  const what = check ? 'differ from the schema' : 'changed';
  process.stdout.write(`${result.files} files in ${result.elapsedMs} ms; ${result.changed.length} ${what}\n`);
  if (!check || result.changed.length === 0) return true;
  process.stderr.write(`run "npm run codegen" and commit the result:\n  ${result.changed.join('\n  ')}\n`);
  return false;
}

async function breaking(): Promise<boolean> {
  const findings = await runBreaking({ schemaDir });
  for (const finding of findings) process.stderr.write(`${formatFinding(finding)}\n`);
  if (findings.length > 0) process.stderr.write('these changes break programs made with schema/baseline.binpb\n');
  return findings.length === 0;
}

try {
  const [verb, option] = process.argv.slice(2);
  const done = verb === 'breaking' ? await breaking() : await runGenerate(option === '--check');
  if (!done) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
