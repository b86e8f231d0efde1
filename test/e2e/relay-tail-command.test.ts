import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Running, type RunOptions, start } from '../../cli/test/polywire.js';
import { RunningRedis, redisProgram } from '../kit/run-redis.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { until } from './wires/relay-peer.js';

const TOKEN = 'tail-t0ken';

describe.skipIf(redisProgram === undefined)('polywire relay tail', { timeout: 30_000 }, () => {
  let redis: RunningRedis;
  let server: RunningServer;
  const running: Running[] = [];

  beforeAll(async () => {
    redis = await RunningRedis.start();
    server = await runServer({
      store: 'memory',
      toml: `[relay]\nredis_url = "${redis.url}"\ntoken = "${TOKEN}"\nchannels = ["a", "b"]\npatterns = ["news.*"]`,
    });
  }, 60_000);
  afterEach(() => {
    for (const { process } of running.splice(0)) process.kill('SIGKILL');
  });
  afterAll(async () => {
    await server?.stop();
    await redis?.remove();
  });

  const tail = (args: readonly string[], env: RunOptions['env'] = { POLYWIRE_TOKEN: TOKEN }): Running => {
    const command = start(['relay', 'tail', ...args, '--url', server.wsUrl], { env });
    running.push(command);
    return command;
  };

  it('prints channel and message of what it was asked for, and stops after --count', async () => {
    const command = tail(['a', 'news.*', '--count', '3']);
    await command.said('subscribed to a, news.*');
    await redis.publish('b', 'not asked for');
    await redis.publish('a', 'one\ntwo');
    await redis.publish('news.1', Buffer.from('ff00', 'hex'));
    await redis.publish('a', '');
    expect(await command.done).toMatchObject({ code: 0, stdout: 'a one\\ntwo\nnews.1 0xff00\na \n' });
  });

  it('says when messages are missing, and when they come again, in JSON too', async () => {
    const text = tail(['a', '--count', '1']);
    const json = tail(['a', '--count', '1', '--json']);
    let lines = '';
    json.process.stdout?.on('data', (piece) => {
      lines += piece;
    });
    await text.said('subscribed to a;');
    await until(() => lines.includes('subscribed'), 'the first line', 20_000);
    await redis.kill();
    await text.said('cannot reach Redis');
    await until(() => lines.includes('interrupted'), 'the notice', 20_000);
    await redis.start();
    await until(() => lines.split('subscribed').length === 3, 'the second notice', 20_000);
    await redis.publish('a', 'back');
    expect(await text.done).toMatchObject({ code: 0, stdout: 'a back\n' });
    const { code, stdout, stderr } = await json.done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const forwardedAtMs = expect.any(Number);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { notice: 'subscribed', forwardedAtMs },
      { notice: 'interrupted', forwardedAtMs },
      { notice: 'subscribed', forwardedAtMs },
      { channel: 'a', forwardedAtMs, kind: 'text', value: 'back' },
    ]);
  });

  it('ends with 0 at Ctrl-C', async () => {
    const command = tail(['b']);
    await command.said('subscribed');
    command.process.kill('SIGINT');
    expect(await command.done).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    ['without the token', ['a'], {}, 'the relay wants its token'],
    ['of a channel that is not forwarded', ['a', 'c'], { POLYWIRE_TOKEN: TOKEN }, 'the channel c is not forwarded'],
    ['of nothing', [], { POLYWIRE_TOKEN: TOKEN }, 'channel'],
  ])('fails %s', async (_, channels, env, text) => {
    const { code, stderr, stdout } = await tail(channels, env).done;
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(text);
  });
});
