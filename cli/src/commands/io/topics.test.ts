import { describe, expect, it } from 'vitest';
import { useServer } from '../../../test/polywire.js';

const server = useServer();
const lines = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const broadcast = async (topic: string, message: string, ...more: string[]) =>
  JSON.parse((await server.polywire(['io', 'broadcast', topic, message, '--json', ...more])).stdout);

describe('io broadcast and io subscribe', () => {
  it('prints the messages of a topic, and how many heard one', async () => {
    const subscriber = server.start(['io', 'subscribe', 'ticks', '--count', '2']);
    await subscriber.said('subscribed to "ticks" at offset 0');
    const sent = await server.polywire(['io', 'broadcast', 'ticks', 'one\ttab']);
    expect(sent).toMatchObject({ code: 0, stdout: 'offset 1, 1 receiver\n', stderr: '' });
    await server.polywire(['io', 'broadcast', 'ticks', '-'], { stdin: new Uint8Array([255]) });
    expect(await subscriber.done).toMatchObject({ code: 0, stdout: 'one\\ttab\n0xff\n' });
  });

  it('takes patterns and filters', async () => {
    const subscriber = server.start(['io', 'subscribe', 'rooms.*.heat', '--filter', 'unit=C', '--count', '2']);
    await subscriber.said('subscribed');
    await broadcast('rooms.1.heat', '20', '--tag', 'unit=C', '--tag', 'more=x=y');
    await broadcast('rooms.1.heat', '70', '--tag', 'unit=F');
    await broadcast('rooms.1.light', '5', '--tag', 'unit=C');
    await broadcast('rooms.2.heat', '21', '--tag', 'unit=C');
    expect((await subscriber.done).stdout).toBe('rooms.1.heat\t20\nrooms.2.heat\t21\n');
  });

  it('goes on from a position, begins with the newest, and says it all as JSON', async () => {
    const { epoch } = await broadcast('back', 'one');
    await broadcast('back', 'two', '--tag', 'a=b');
    const from = ['io', 'subscribe', 'back', '--epoch', epoch, '--offset', '1', '--count', '1', '--json'];
    const { code, stdout, stderr } = await server.polywire(from);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines(stdout)).toEqual([
      { subscribed: { epoch, offset: 2, recovered: true } },
      { topic: 'back', offset: 2, kind: 'text', value: 'two', tags: { a: 'b' }, publishedAt: expect.any(String) },
    ]);
    const last = await server.polywire(['io', 'subscribe', 'back', '--last', '2', '--count', '2']);
    expect(last.stdout).toBe('one\ntwo\n');
    const latest = await server.polywire(['io', 'subscribe', 'back', '--latest', '--count', '1']);
    expect(latest.stdout).toBe('two\n');
  });

  it('says what is lost', async () => {
    await broadcast('gone', 'one');
    const subscriber = server.start(['io', 'subscribe', 'gone', '--epoch', 'another', '--offset', '1', '--json']);
    const printed = new Promise<string>((resolve) => {
      let text = '';
      subscriber.process.stdout?.on('data', (chunk) => {
        text += chunk;
        if (text.split('\n').length > 2) resolve(text);
      });
    });
    const [subscribed, gap] = lines(await printed);
    expect(subscribed).toMatchObject({ subscribed: { offset: 1, recovered: false } });
    expect(gap).toHaveProperty('gap');
    subscriber.process.kill('SIGINT');
    expect((await subscriber.done).code).toBe(0);
  });

  it.each([
    [['subscribe', 't', '--filter', 'x'], 2, /--filter "x" is not a tag; write NAME=VALUE/],
    [['broadcast', 't', 'x', '--tag', '=x'], 2, /--tag "=x" is not a tag/],
    [['broadcast', 't'], 2, /the message is missing/],
    [['broadcast', 'a.*', 'x'], 6, /is a pattern/],
    [['subscribe', 'a.**.b'], 6, /use it last/],
  ])('refuses %j with exit code %i', async (args, exitCode, text) => {
    const { code, stderr } = await server.polywire(['io', ...args]);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(text);
  });
});

describe('io presence', () => {
  it('says who is there, who comes and who goes', async () => {
    const here = ['io', 'subscribe', 'lobby', '--presence', 'hello', '--client'];
    const first = server.start([...here, 'A']);
    await first.said('subscribed');
    const watcher = server.start(['io', 'presence', 'lobby', '--count', '2']);
    await watcher.said('1 present on "lobby"');
    const second = server.start([...here, 'B']);
    await second.said('subscribed');
    second.process.kill('SIGINT');
    const { code, stdout } = await watcher.done;
    expect(code).toBe(0);
    expect(stdout.replaceAll(/[0-9a-f-]{36}/g, 'ID')).toBe(
      'present\tA\tID\thello\njoined\tB\tID\thello\nleft\tB\tID\thello\n',
    );
    const once = await server.polywire(['io', 'presence', 'lobby', '--once', '--json']);
    const member = { clientId: 'A', sessionId: expect.any(String), kind: 'text', value: 'hello' };
    expect(lines(once.stdout)).toEqual([{ present: { count: 1, members: [member] } }]);
    first.process.kill('SIGINT');
    await first.done;
  });
});
