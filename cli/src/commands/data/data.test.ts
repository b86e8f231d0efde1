import { describe, expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();
const data = (verb: string, ...args: string[]) => server.polywire(['data', verb, ...args]);

describe('one client', () => {
  it('stores, reads, lists and deletes', async () => {
    const stored = await data('store', 'name', 'Station 1', '--client', 'CS001');
    expect(stored.code).toBe(0);
    expect(stored.stdout).toMatch(/^revision \d+ \(volatile\)\n$/);
    await data('store', '--client', 'CS001', '--key', 'zone', '--value', '7');

    expect(await data('read', 'name', '--client', 'CS001')).toMatchObject({
      code: 0,
      stdout: 'Station 1\n',
      stderr: '',
    });
    const json = JSON.parse((await data('read', '--key', 'zone', '--client', 'CS001', '--json')).stdout);
    expect(json).toEqual({ client: 'CS001', key: 'zone', kind: 'text', value: '7', revision: expect.any(Number) });

    expect((await data('keys', '--client', 'CS001')).stdout).toBe('name\nzone\n');
    expect(JSON.parse((await data('keys', 'z', '--client', 'CS001', '--json')).stdout)).toEqual(['zone']);

    expect(await data('delete', 'zone', '--client', 'CS001')).toMatchObject({
      code: 0,
      stdout: 'deleted (volatile)\n',
    });
    expect(await data('delete', 'zone', '--client', 'CS001')).toMatchObject({ code: 3, stdout: '' });
    expect(await data('read', 'zone', '--client', 'CS001')).toMatchObject({ code: 3, stdout: '' });
  });

  it('keeps bytes exactly', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    await server.polywire(['data', 'store', 'raw', '-', '--client', 'CS002'], { stdin: bytes });
    expect((await data('read', 'raw', '--client', 'CS002')).stdoutBytes.equals(bytes)).toBe(true);
  });
});

it('clients do not see each other, and clear empties one store', async () => {
  await data('store', 'a', '1', '--client', 'A');
  await data('store', 'b', '2', '--client', 'A');
  await data('store', 'a', '3', '--client', 'B');
  expect(await data('clear', '--client', 'A')).toMatchObject({ code: 0, stdout: '2 removed (volatile)\n' });
  expect(JSON.parse((await data('clear', '--client', 'A', '--json')).stdout)).toMatchObject({
    client: 'A',
    removed: 0,
  });
  expect((await data('keys', '--client', 'A')).stdout).toBe('');
  expect((await data('read', 'a', '--client', 'B')).stdout).toBe('3\n');
});

it.each(['store', 'read', 'delete', 'keys', 'clear'])('data %s needs a client', async (verb) => {
  const { code, stderr } = await data(verb);
  expect(code).toBe(2);
  expect(stderr).toContain('Missing required flag client');
});
