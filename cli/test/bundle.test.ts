import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const cli = fileURLToPath(new URL('..', import.meta.url));
const packageOf = (folder: string) => JSON.parse(readFileSync(join(cli, folder, 'package.json'), 'utf8'));
const { files, dependencies, optionalDependencies } = packageOf('.');
/** What a package asks for and does without, as we do. */
const doneWithout = '@node-rs/xxhash';
const installed: Record<string, string> = { ...dependencies, ...optionalDependencies };
const bundled = readdirSync(join(cli, 'bundle')).filter((name) => name.endsWith('.js'));

it('the bundle imports only what is installed with it', () => {
  const imported = bundled.flatMap((name) => {
    const text = readFileSync(join(cli, 'bundle', name), 'utf8');
    const found = [...text.matchAll(/^import [^'"]*["']([^'"]+)["'];$|\bimport\(["']([^'"]+)["']\)/gm)];
    return found.map(([, first, second]) => first ?? second ?? '').filter((path) => !path.startsWith('.'));
  });
  const packages = new Set(imported.filter((name) => !isBuiltin(name)));
  expect([...packages].sort()).toEqual([...Object.keys(dependencies), doneWithout].sort());
});

it('what the server needs too has the version that the server is tested with', () => {
  const server = packageOf('../server');
  const wanted: Record<string, string> = { ...server.dependencies, ...server.optionalDependencies };
  const shared = Object.keys(installed).filter((name) => name in wanted);
  expect(shared).toContain('lmdb');
  for (const name of shared) expect(installed[name], name).toBe(wanted[name]);
});

it('what is published runs without the checkout', () => {
  const dir = mkdtempSync(join(tmpdir(), 'polywire-bundle-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const name of [...files, 'package.json']) cpSync(join(cli, name), join(dir, name), { recursive: true });
  symlinkSync(join(cli, '../node_modules'), join(dir, 'node_modules'));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(dir, 'bin/run.js'), ...args], { encoding: 'utf8' });
  expect(run('kv', 'get', '--help').stdout).toContain('EXIT CODES');
  expect(run('packet', 'encode', '--service', 'kv', '--method', 'get')).toMatchObject({ status: 0, stderr: '' });
  expect(run('serve', '--config', join(dir, 'none.toml')).stderr).toContain('none.toml');
  expect(run('kv', 'get', 'a', '--url', 'ws://127.0.0.1:1/polywire').stderr).toContain('UNAVAILABLE');
});

it('source maps lead to the source, and the terms of every package are there', () => {
  const { sources } = JSON.parse(readFileSync(join(cli, 'bundle/commands.js.map'), 'utf8'));
  expect(sources).toContain('../src/commands/kv/get.ts');
  expect(readFileSync(join(cli, 'bundle/LICENSES.txt'), 'utf8')).toMatch(/^@oclif\/core .* \(MIT\)\n\nMIT License/m);
});
