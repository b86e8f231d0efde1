import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../bin', import.meta.url));

function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'polywire-bin-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

it('run.js says in one line what to do in a checkout that is not built', () => {
  const dir = temporaryDir();
  cpSync(join(bin, 'run.js'), join(dir, 'run.mjs'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(dir, 'run.mjs')], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^polywire is not built: run "npm install && npm run build" .*\n$/);
});

it('run.js refuses a bundle that is not what the checkout was compiled to', () => {
  const dir = temporaryDir();
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  cpSync(join(bin, 'run.js'), join(dir, 'bin/run.js'));
  mkdirSync(join(dir, 'bundle'));
  writeFileSync(join(dir, 'bundle/run-cli.js'), 'export const runCli = () => process.exit(0);');
  const run = (): number | null => spawnSync(process.execPath, [join(dir, 'bin/run.js')]).status;
  expect(run(), 'as installed').toBe(0);
  cpSync(join(bin, '../scripts/build-state.js'), join(dir, 'scripts/build-state.js'));
  expect(run(), 'in a checkout').toBe(1);
});

it('dev.js builds, passes its words on, and lets a signal drain the server', async () => {
  const dir = temporaryDir();
  writeFileSync(join(dir, 'polywire.toml'), '[[listen]]\ntransport = "tcp"\nport = 0\n[store]\nkind = "memory"\n');
  const child = spawn(process.execPath, [join(bin, 'dev.js'), 'serve', '--json'], { cwd: dir });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    const isReady = stderr.includes('listening on');
    stderr += chunk;
    if (!isReady && stderr.includes('listening on')) child.kill('SIGTERM');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('"msg":"stopped"');
}, 60_000);
