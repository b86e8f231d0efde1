import { expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();

it('prints messages and stops after --count', async () => {
  const subscribe = server.start(['kv', 'subscribe', 'ticks', '--count', '2']);
  await subscribe.said('subscribed to "ticks"');
  await server.polywire(['kv', 'publish', 'ticks', 'one\ntwo']);
  await server.polywire(['kv', 'publish', 'ticks', '-'], { stdin: new Uint8Array([255, 0]) });
  expect(await subscribe.done).toMatchObject({ code: 0, stdout: 'one\\ntwo\n0xff00\n' });
});

it('prints one JSON object a line, with the offset', async () => {
  const subscribe = server.start(['kv', 'subscribe', 'json', '--count', '1', '--json']);
  let published = { offset: 0, receivers: 0 };
  while (published.receivers === 0) {
    published = JSON.parse((await server.polywire(['kv', 'publish', 'json', 'x', '--json'])).stdout);
  }
  const { code, stdout, stderr } = await subscribe.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ topic: 'json', offset: published.offset, kind: 'text', value: 'x' });
});

it('ends with 0 at Ctrl-C', async () => {
  const subscribe = server.start(['kv', 'subscribe', 'quiet']);
  await subscribe.said('subscribed');
  subscribe.process.kill('SIGINT');
  expect(await subscribe.done).toMatchObject({ code: 0, stdout: '' });
});
