import { expect, it } from 'vitest';
import { start, startServer, useServer } from '../../../test/polywire.js';

const server = useServer();
const set = async (key: string, value: string) =>
  JSON.parse((await server.polywire(['kv', 'set', key, value, '--json'])).stdout).revision as number;

it('prints changes as they come and stops after --count', async () => {
  const watch = server.start(['kv', 'watch', 'w/', '--count', '3']);
  await watch.said('watching "w/" from revision');
  const first = await set('w/a', 'one\ttwo');
  await set('elsewhere', 'x');
  await server.polywire(['kv', 'delete', 'w/a']);
  await server.polywire(['kv', 'set', 'w/b', 'x', '--ttl', '60s']);
  const { code, stdout } = await watch.done;
  expect(code).toBe(0);
  expect(stdout).toBe(`${first}\tset\tw/a\tone\\ttwo\n${first + 2}\tdeleted\tw/a\n${first + 3}\tset\tw/b\tx\n`);
});

it('replays from a revision, and prints one JSON object a line', async () => {
  const revision = await set('r/a', '1');
  const next = await set('r/a', '2');
  const args = ['kv', 'watch', 'r/', '--after-revision', String(revision - 1), '--count', '2', '--json'];
  const { code, stdout, stderr } = await server.polywire(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { change: 'set', key: 'r/a', kind: 'text', value: '1', revision },
    { change: 'set', key: 'r/a', kind: 'text', value: '2', revision: next },
  ]);
});

it('watches one key with --exact', async () => {
  const watch = server.start(['kv', 'watch', 'e', '--exact', '--count', '1']);
  await watch.said('watching');
  await set('ee', 'other');
  await set('e', 'this');
  expect((await watch.done).stdout).toMatch(/^\d+\tset\te\tthis\n$/);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 at %s', async (signal) => {
  const watch = server.start(['kv', 'watch', '']);
  await watch.said('watching');
  watch.process.kill(signal);
  const { code, stderr } = await watch.done;
  expect(code).toBe(0);
  expect(stderr).not.toContain('CANCELLED');
});

it('ends with 4 when the server stops', async () => {
  const { close, url } = await startServer();
  const watch = start(['kv', 'watch', '', '--url', url]);
  await watch.said('watching');
  await close();
  const { code, stderr } = await watch.done;
  expect(code, stderr).toBe(4);
});
