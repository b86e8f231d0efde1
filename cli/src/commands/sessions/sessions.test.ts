import { expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();

it('lists sessions, kicks one, and counts', async () => {
  const subscriber = server.start(['io', 'subscribe', 't', '--client', 'CS001']);
  await subscriber.said('subscribed');
  const { stdout } = await server.polywire(['sessions', 'list', '--client', 'CS001', '--json']);
  const { sessions, total } = JSON.parse(stdout);
  expect(total).toBe(1);
  expect(sessions).toMatchObject([
    { clientId: 'CS001', dialect: 'native', remoteAddress: expect.stringContaining('127.0.0.1'), messagesIn: 2 },
  ]);
  const all = await server.polywire(['sessions', 'list', '--limit', '1']);
  expect(all.stdout).toMatch(new RegExp(`^${sessions[0].sessionId}\tCS001\tnative\t.*\n$`));
  expect(all.stderr).toBe('2 sessions, of which 1 are listed (--limit)\n');

  const stats = await server.polywire(['stats', '--json']);
  expect(JSON.parse(stats.stdout)).toMatchObject({
    sessions: 2,
    store: 'memory',
    io: { topics: 1, locks: 0, workers: 0 },
  });
  expect((await server.polywire(['stats'])).stdout).toMatch(/^uptimeMs\t\d+$[\s\S]*^io\.topics\t1$/m);

  const kick = await server.polywire(['sessions', 'kick', sessions[0].sessionId, '--reason', 'moved']);
  expect(kick).toMatchObject({ code: 0, stdout: `kicked ${sessions[0].sessionId}\n` });
  const ended = await subscriber.done;
  expect(ended.code, ended.stderr).not.toBe(0);
  expect(ended.stderr).toContain('moved');
  const gone = await server.polywire(['sessions', 'kick', sessions[0].sessionId]);
  expect(gone).toMatchObject({ code: 3, stdout: '' });
});
