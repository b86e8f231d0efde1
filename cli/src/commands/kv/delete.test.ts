import { expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();

it('deletes a key, and ends with 3 when it is not there', async () => {
  await server.polywire(['kv', 'set', 'name', 'x']);
  const deleted = await server.polywire(['kv', 'delete', 'name']);
  expect(deleted.code).toBe(0);
  expect(deleted.stdout).toMatch(/^revision \d+ \(volatile\)\n$/);
  const again = await server.polywire(['kv', 'delete', '--key', 'name']);
  expect(again).toMatchObject({ code: 3, stdout: '' });
  expect(again.stderr).toContain('"name" is not there');
});

it('deletes only the revision that it is told', async () => {
  const { revision } = JSON.parse((await server.polywire(['kv', 'set', 'kept', 'x', '--json'])).stdout);
  const wrong = await server.polywire(['kv', 'delete', 'kept', '--if-revision', String(revision + 1)]);
  expect(wrong.code).toBe(5);
  const right = await server.polywire(['kv', 'delete', 'kept', '--if-revision', String(revision), '--json']);
  expect(JSON.parse(right.stdout)).toEqual({ key: 'kept', revision: expect.any(Number), level: 'volatile' });
});
