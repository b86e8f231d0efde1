import { expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();

it('prints the offset and how many heard it', async () => {
  expect(await server.polywire(['kv', 'publish', 'empty', 'x'])).toMatchObject({
    code: 0,
    stdout: 'offset 1, 0 receivers\n',
    stderr: '',
  });
  const subscriber = server.start(['kv', 'subscribe', 'empty', '--count', '1']);
  await subscriber.said('subscribed');
  const { stdout } = await server.polywire(['kv', 'publish', 'empty', 'y', '--json']);
  expect(JSON.parse(stdout)).toEqual({ topic: 'empty', offset: 2, receivers: 1 });
  expect((await subscriber.done).stdout).toBe('y\n');
});

it.each([
  [['t'], /the message is missing/],
  [['t', 'x', '--file', 'f'], /there are two messages/],
])('refuses %j with exit code 2', async (args, text) => {
  const { code, stderr } = await server.polywire(['kv', 'publish', ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(text);
});
