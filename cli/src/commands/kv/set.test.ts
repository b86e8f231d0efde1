import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();
const get = async (key: string) => (await server.polywire(['kv', 'get', key])).stdout;
const setJson = async (...args: string[]) =>
  JSON.parse((await server.polywire(['kv', 'set', ...args, '--json'])).stdout);

it.each([
  [['name', '1']],
  [['--key', 'name', '--value', '2']],
  [['name', '--value', '3']],
  [['--key=name', '4']],
  [['name', '-5']],
  [['name', '--value', '-6']],
])('takes %j', async (args) => {
  const { code, stdout } = await server.polywire(['kv', 'set', ...args]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^revision \d+ \(volatile\)\n$/);
  expect(await get('name')).toBe(`${args.at(-1)?.replace(/^--\w+=/, '')}\n`);
});

it('takes an empty value', async () => {
  expect((await server.polywire(['kv', 'set', 'empty', ''])).code).toBe(0);
  expect(await get('empty')).toBe('\n');
});

it('takes a file byte for byte, and stdin as text when told', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'polywire-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'value'), 'no line end');
  await server.polywire(['kv', 'set', 'file', '--file', join(dir, 'value')]);
  expect(await get('file')).toBe('no line end');
  await server.polywire(['kv', 'set', 'text', '-', '--kind', 'text'], { stdin: 'piped' });
  expect(await get('text')).toBe('piped\n');
});

it('writes only under its conditions, and ends with 5 otherwise', async () => {
  const first = await setJson('lock', 'mine', '--if-absent');
  expect(first).toEqual({ key: 'lock', revision: expect.any(Number), level: 'volatile' });
  const absent = await server.polywire(['kv', 'set', 'lock', 'yours', '--if-absent']);
  expect(absent.code).toBe(5);
  expect(absent.stderr).toMatch(/^ALREADY_EXISTS: /);
  const second = await setJson('lock', 'mine too', '--if-revision', String(first.revision));
  expect(second.revision).toBeGreaterThan(first.revision);
  const stale = await server.polywire(['kv', 'set', 'lock', 'old', '--if-revision', String(first.revision)]);
  expect(stale.code).toBe(5);
  expect(stale.stderr).toMatch(/^REVISION_MISMATCH: /);
  expect(await get('lock')).toBe('mine too\n');
});

it('ends the key after its time to live', async () => {
  await server.polywire(['kv', 'set', 'short', 'x', '--ttl', '1ms']);
  expect((await server.polywire(['kv', 'get', 'short'])).code).toBe(3);
});

it.each([
  [['name'], /the value is missing/],
  [['name', 'x', '--ttl', '60'], /"60" is not a duration/],
  [['name', 'x', '--if-absent', '--if-revision', '1'], /--if-absent/],
  [['name', 'x', '--if-revision', 'x'], /not a whole number/],
  [['name', 'x', '--file', '/nowhere/at-all'], /several values/],
  [['name', '--file', '/nowhere/at-all'], /cannot read \/nowhere\/at-all/],
  [['name', 'x', 'y'], /Unexpected argument/],
  [['name', 'x', '--wrong'], /Nonexistent flag/],
])('refuses %j with exit code 2', async (args, text) => {
  const { code, stdout, stderr } = await server.polywire(['kv', 'set', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(text);
  expect(stderr).toContain('try: polywire kv set --help');
});

it('reports a wrong command line as JSON when asked', async () => {
  const { code, stderr } = await server.polywire(['kv', 'set', 'name', 'x', '--ttl', '60', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'USAGE', exitCode: 2 });
});
