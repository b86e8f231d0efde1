import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../e2e/wires/relay-peer.js';
import { pythonWith } from '../kit/python-packages.js';
import { RunningRedis, redisProgram } from '../kit/run-redis.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';
import { saySkipped } from './client-program.js';

const TOKEN = 'py+th/on=';
const CHANNEL = 'mempool:ctf_tx';
const python = pythonWith('relay', ['websockets==15.0.1']);
if (python.path === undefined) saySkipped('the relay with a client in Python', python.reason);

type Fact = Readonly<Record<string, unknown>>;

describe.skipIf(python.path === undefined || redisProgram === undefined)("Python's websockets library", () => {
  let redis: RunningRedis;
  let server: RunningServer;

  beforeAll(async () => {
    redis = await RunningRedis.start();
    server = await runServer({
      store: 'memory',
      toml: `[relay]\nredis_url = "${redis.url}"\ntoken = "${TOKEN}"\npatterns = ["mempool:*"]`,
    });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await redis?.remove();
  });

  const run = (target: string): { child: ChildProcess; facts: Fact[] } => {
    const url = server.wsUrl.replace(/\/polywire$/, target);
    const script = join(root, 'test/interop/relay-client.py');
    const child = spawn(python.path as string, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const facts: Fact[] = [];
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) facts.push(JSON.parse(line) as Fact);
    });
    return { child, facts };
  };

  it('receives what is published, pings, and closes', { timeout: 30_000 }, async () => {
    const { child, facts } = run(`/ws?token=${encodeURIComponent(TOKEN)}`);
    const ended = once(child, 'close');
    await until(() => facts.length === 1, 'the connection', 20_000);
    // Through several of its pings.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const payloads = ['{"n":1}', '交易 😀 "\\\n', '', 'last'];
    for (const payload of payloads) await redis.publish(CHANNEL, payload);
    await ended;
    const keys = ['channel', 'payload', 'timestamp'];
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(facts).toEqual([
      { event: 'open', subprotocol: null },
      ...payloads.map((payload) => ({ event: 'message', keys, channel: CHANNEL, payload, timestamp })),
      { event: 'pong' },
      { event: 'closed', code: 1000 },
    ]);
    expect(server.log()).not.toContain(TOKEN);
  });

  it.each([
    ['/ws?token=wrong', 401],
    ['/ws', 400],
    ['/ws/?token=x', 404],
  ])('%s is refused with %i', async (target, status) => {
    const { child, facts } = run(target);
    await once(child, 'close');
    expect(facts).toEqual([{ event: 'refused', status }]);
  });
});
