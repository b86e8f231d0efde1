import { describe, expect, it } from 'vitest';
import { type Running, useServer } from '../../../test/polywire.js';

const server = useServer();

async function worker(args: readonly string[]): Promise<Running> {
  const running = server.start(['io', 'work', ...args]);
  await running.said('ready to work');
  return running;
}

async function stop(running: Running): Promise<void> {
  running.process.kill('SIGINT');
  expect((await running.done).code).toBe(0);
}

describe('io request and io work', () => {
  it('gives a task to a command and prints what it says', async () => {
    const running = await worker(['upper', '--exec', 'tr a-z A-Z; printf "%s" "$POLYWIRE_METHOD_ID"', '--client', 'W']);
    const asked = await server.polywire(['io', 'request', 'upper', '-', '--method', '7'], { stdin: 'abc\n' });
    expect(asked).toMatchObject({ code: 0, stdout: 'ABC\n7\n', stderr: '' });
    const json = await server.polywire(['io', 'request', 'upper', 'x', '--client', 'W', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ worker: 'upper', clientId: 'W', kind: 'text', value: 'X0' });
    const nobody = await server.polywire(['io', 'request', 'upper', 'x', '--client', 'V']);
    expect(nobody).toMatchObject({ code: 4, stdout: '' });
    expect(nobody.stderr).toMatch(/^NO_WORKER: there is no worker "upper" of the client V\n/);
    await stop(running);
  });

  it('echoes bytes as they are, and ends after --count', async () => {
    const running = await worker(['echo', '--echo', '--count', '1']);
    const bytes = new Uint8Array([0, 255, 10]);
    const { code, stdoutBytes } = await server.polywire(['io', 'request', 'echo', '-'], { stdin: bytes });
    expect(code).toBe(0);
    expect([...stdoutBytes]).toEqual([...bytes]);
    const ended = await running.done;
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/begins\n.* done\n$/);
  });

  it('reports a command that fails, with its exit code and last words', async () => {
    const running = await worker(['fail', '--exec', 'echo no paper >&2; exit 3']);
    const { code, stderr } = await server.polywire(['io', 'request', 'fail', 'x', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'INTERNAL',
      message: 'the command ended with code 3: no paper',
      details: { exit_code: '3' },
    });
    await stop(running);
  });

  it('tells who asked that a result is too large, and goes on', async () => {
    const running = await worker(['large', '--exec', 'head -c $(cat) /dev/zero']);
    const large = await server.polywire(['io', 'request', 'large', '16777200']);
    expect(large.stderr).toMatch(/^PACKET_TOO_LARGE: the result has 16777200 bytes/);
    expect(await server.polywire(['io', 'request', 'large', '3'])).toMatchObject({ code: 0, stderr: '' });
    await stop(running);
  });

  it('ends a command that nobody waits for, and a request whose worker goes away', async () => {
    const running = await worker(['slow', '--exec', 'exec sleep 60', '--concurrency', '2']);
    const { code, stderr } = await server.polywire(['io', 'request', 'slow', 'x', '--timeout', '1s']);
    expect(code, stderr).toBe(8);
    await running.said('cancelled');
    const asked = server.start(['io', 'request', 'slow', 'x', '--timeout', '60s']);
    await expect.poll(async () => (await Promise.race([asked.done, running.said('begins')])) === undefined).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stop(running);
    expect(await asked.done).toMatchObject({ code: 4, stderr: expect.stringMatching(/^(WORKER_LOST|NO_WORKER)/) });
  });

  it.each([
    [['work', 'w'], /give --exec or --echo/],
    [['work', 'w', '--exec', 'x', '--echo'], /cannot also be provided/],
    [['request', 'w'], /the message is missing/],
  ])('refuses %j with exit code 2', async (args, text) => {
    const { code, stderr } = await server.polywire(['io', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
  });
});
