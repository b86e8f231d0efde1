import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ExitCode } from '../lib/exit-codes.js';

const script = fileURLToPath(new URL('../../scripts/write-reference.js', import.meta.url));
const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

it('manifest and reference are up to date', () => {
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('the reference has every command, with examples, and every exit code', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'));
  const ids = Object.keys(manifest.commands);
  expect(ids).toContain('kv:get');
  for (const id of ids) {
    expect(page).toContain(`### ${id.replaceAll(':', ' ')}\n`);
    expect(manifest.commands[id].examples.length).toBeGreaterThan(0);
  }
  for (const code of Object.values(ExitCode)) expect(page).toMatch(new RegExp(`^\\| ${code} +\\| \\S`, 'm'));
});
