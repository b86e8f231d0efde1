import { connect } from '@polywire/sdk';
import { beforeAll, expect, it } from 'vitest';
import { start, useServer } from '../../../test/polywire.js';

const server = useServer();
const many = Array.from({ length: 2_101 }, (_, index) => `many/${String(index).padStart(5, '0')}`);

beforeAll(async () => {
  const client = await connect(server.wsUrl());
  const set = (key: string, value: string | Uint8Array) =>
    client.kv.set({ key, value: typeof value === 'string' ? new TextEncoder().encode(value) : value, kind: 2 });
  await Promise.all(many.slice(0, 1_000).map((key) => set(key, 'v')));
  await Promise.all(many.slice(1_000, 2_000).map((key) => set(key, 'v')));
  await Promise.all(many.slice(2_000).map((key) => set(key, 'v')));
  await set('odd/a\tb', 'line 1\nline 2');
  await client.kv.set({ key: 'odd/\u001b[31m', value: new Uint8Array([255, 1]), kind: 1 });
  await client.close();
});

it('goes through all pages in order', async () => {
  const { code, stdout, stderr } = await server.polywire(['kv', 'list', 'many/']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`${many.join('\n')}\n`);
});

it('escapes what would break a line or steer the terminal', async () => {
  const { stdout } = await server.polywire(['kv', 'list', 'odd/', '--values']);
  expect(stdout).toBe('odd/\\x1b[31m\t0xff01\nodd/a\\tb\tline 1\\nline 2\n');
});

it('has everything exactly as JSON', async () => {
  const { stdout } = await server.polywire(['kv', 'list', 'odd/', '--values', '--json']);
  expect(JSON.parse(stdout)).toEqual([
    { key: 'odd/\u001b[31m', kind: 'bytes', valueBase64: '/wE=', revision: expect.any(Number) },
    { key: 'odd/a\tb', kind: 'text', value: 'line 1\nline 2', revision: expect.any(Number) },
  ]);
  const keys = JSON.parse((await server.polywire(['kv', 'list', 'many/', '--json'])).stdout);
  expect(keys.map((entry: { key: string }) => entry.key)).toEqual(many);
});

it('prints nothing, or an empty array, when nothing matches', async () => {
  expect(await server.polywire(['kv', 'list', 'none/'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await server.polywire(['kv', 'list', 'none/', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
});

it('ends quietly when the reader has gone', async () => {
  const listing = start(['kv', 'list', '--url', server.wsUrl()]);
  listing.process.stdout?.destroy();
  expect(await listing.done).toMatchObject({ code: 0, stderr: '' });
});
