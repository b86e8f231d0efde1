import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@polywire/sdk';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { dialRaw, type RawPeer } from '../kit/dial-raw.js';
import { freePort } from '../kit/free-port.js';
import { Opcode, RawWebSocket } from '../kit/raw-websocket.js';
import { runCli } from '../kit/run-cli.js';
import { RunningRedis, redisProgram } from '../kit/run-redis.js';
import { type RunningServer, runServer, temporaryDirectory } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';
import { BanioClient } from './wires/banio-client.js';
import { replyLines } from './wires/kv-replies.js';
import { getFrame, requestFrame, setFrame } from './wires/kv-vectors.js';
import { RelayPeer, rawRequest, until } from './wires/relay-peer.js';

const KEY = '000102030405060708090a0b0c0d0e0f';
const listen = (dialect: string): string => `[[listen]]\ntransport = "tcp"\nport = 0\ndialect = "${dialect}"\n`;
const bytes = (text: string): Uint8Array => Buffer.from(text);

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const chapter = readme.slice(readme.indexOf('## Coming from an older system'), readme.indexOf('## TLS and client'));

/** The switches that the README shows for a system. */
function switchesOf(system: string): string {
  const section = chapter.split('\n### ').find((each) => each.startsWith(system));
  const found = /```toml\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  if (found === undefined) throw new Error(`the README shows no switches of ${system}`);
  return found;
}

const servers: RunningServer[] = [];
const data = temporaryDirectory();
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => data.remove());

async function start(toml = '', env: Record<string, string> = {}, dataDir?: string): Promise<RunningServer> {
  const server = await runServer(
    dataDir === undefined ? { store: 'memory', toml, env } : { store: 'lmdb', toml, env, dataDir },
  );
  servers.push(server);
  return server;
}

/** Address of the listener after the two that every server of these tests has. */
const thirdAddress = async (server: RunningServer): Promise<string> => {
  const all = (): string[] =>
    [...server.log().matchAll(/listening on (\w+:\/\/[^\s"\\]+)/g)].map((match) => match[1] as string);
  await until(() => all().length >= 3, 'a third listener');
  return all()[2] as string;
};

describe('coming from the text store', () => {
  const dial = (server: RunningServer, path: string): Promise<RawWebSocket> =>
    RawWebSocket.open(Number(new URL(server.wsUrl).port), path);

  it('values stay, across connections and restarts; a ping has one answer; nothing stored reads as empty', async () => {
    const path = join(data.path, 'text');
    const first = await start('', {}, path);
    const socket = await dial(first, '/ocpp/CS001');
    expect(await socket.ask('STORE:name:Station 1')).toBe('STORED:name:Station 1');
    expect(await socket.ask('READ:nothing')).toBe('DATA:nothing:');
    socket.send(Opcode.PING, bytes('p'));
    expect((await socket.next())?.opcode).toBe(Opcode.PONG);
    expect(await socket.ask('hello')).toBe('Echo: hello');
    await first.stop('SIGKILL');
    const second = await start('', {}, path);
    expect(await (await dial(second, '/ocpp/CS001')).ask('READ:name')).toBe('DATA:name:Station 1');
    const read = await runCli(['data', 'read', '--client', 'CS001', 'name', '--url', second.wsUrl]);
    expect(read.stdout).toBe('Station 1\n');
  });

  it('with the switch values end with their connection', async () => {
    const server = await start(switchesOf('The STORE/READ text store'));
    const socket = await dial(server, '/ocpp/CS001');
    await socket.ask('STORE:name:gone');
    expect(await socket.ask('READ:name')).toBe('DATA:name:gone');
    socket.destroy();
    expect(await (await dial(server, '/ocpp/CS001')).ask('READ:name')).toBe('DATA:name:');
  });
});

describe('coming from the KV server', () => {
  const ask = async (peer: RawPeer, frame: Uint8Array): Promise<string> => {
    peer.send(frame);
    return replyLines(await peer.receive(1)).join();
  };
  const publish = requestFrame({ reqData: { $case: 'publish', value: { topic: 't', value: bytes('x') } } });

  it('replies are the same, and reasons are given; the command line sees the keys', async () => {
    const server = await start(listen('kv'));
    const peer = await dialRaw(await thirdAddress(server));
    expect(await ask(peer, getFrame('name'))).toBe('400 None value');
    expect(await ask(peer, setFrame('name', bytes('999999'), 1))).toBe('200 success 999999');
    expect(await ask(peer, publish)).toBe('400 Invalid Command');
    expect(await ask(peer, Buffer.from('00000002ffff', 'hex'))).toMatch(/^400 malformed message: .+/);
    expect(await ask(peer, setFrame('large', Buffer.alloc(1_048_577)))).toMatch(/^400 .*limits\.max_value_bytes/);
    const found = await runCli(['kv', 'get', 'name', '--url', server.wsUrl]);
    expect(found.stdout).toBe('999999');
    const client = await connect(server.tcpUrl);
    expect((await client.kv.get({ key: 'name' })).expiresAtMs).toBe(0);
    await client.close();
    peer.send(Buffer.from('00800001', 'hex'));
    await peer.closed;
  });

  it('with the switches expire is obeyed, topics work, and values may be as large as there', async () => {
    const server = await start(listen('kv') + switchesOf('The KV server'));
    const peer = await dialRaw(await thirdAddress(server));
    await ask(peer, setFrame('name', bytes('x'), 1000));
    const client = await connect(server.tcpUrl);
    const { expiresAtMs } = await client.kv.get({ key: 'name' });
    expect(Math.abs(expiresAtMs - Date.now() - 1_000_000)).toBeLessThan(60_000);
    await client.close();
    expect(await ask(peer, publish)).toBe('200 success');
    const large = Buffer.alloc(8_000_000, 'v');
    peer.send(setFrame('large', large));
    expect((await peer.receive(large.length)).subarray(-large.length).equals(large)).toBe(true);
    peer.destroy();
  });
});

describe('coming from BanIO', () => {
  it('both ways to name a key are answered, values end when they should and survive a restart', async () => {
    const path = join(data.path, 'banio');
    const first = await start(listen('banio'), {}, path);
    const client = new BanioClient(await dialRaw(await thirdAddress(first)));
    client.set('k', 'v');
    expect(await client.get('k')).toBe('v');
    client.send('onGetVal', '"k"');
    expect(await client.receive()).toMatchObject({ action: '__res__k', payload: 'v' });
    client.set('short', 'v', 1);
    expect(await client.get('short')).toBe('v');
    await until(async () => (await client.get('short')) === '', 'the end of the value');
    // Bad messages cost nothing but themselves.
    client.raw.send(Buffer.from('03000000ffffff', 'hex'));
    await client.settle();
    await first.stop();
    const second = await start(listen('banio'), {}, path);
    const again = new BanioClient(await dialRaw(await thirdAddress(second)));
    expect(await again.get('k')).toBe('v');
    again.raw.destroy();
  });

  it('a key keeps out those without it; the switches let them in, and end those that are silent', async () => {
    const keyed = `[banio]\naes_key = "${KEY}"\n`;
    const closed = new BanioClient(await dialRaw(await thirdAddress(await start(listen('banio') + keyed))));
    closed.send('onGetVal', 'k', true);
    // The pong is the first that comes.
    await closed.settle();
    closed.raw.destroy();
    const shown = switchesOf('BanIO');
    const toml = shown.replace('[banio]\n', keyed).replace('30_000', '300');
    const address = await thirdAddress(await start(listen('banio') + toml));
    const open = new BanioClient(await dialRaw(address), { aesKey: KEY });
    open.send('onGetVal', 'k', true);
    expect((await open.receive()).action).toBe('__res__k');
    const old = new BanioClient(await dialRaw(address), { era: 'json' });
    await old.settle();
    await Promise.all([open.raw.closed, old.raw.closed]);
  });
});

describe.skipIf(redisProgram === undefined)('coming from the Redis relay', () => {
  it('the variables are enough; Redis may be late, go and come back', { timeout: 30_000 }, async () => {
    const redis = await RunningRedis.absent();
    const port = await freePort();
    const env = { REDIS_URL: redis.url, WS_AUTH_TOKEN: 'change-me', WS_PORT: String(port) };
    await start('', env);
    const peer = await RelayPeer.dial(`ws://127.0.0.1:${port}/ws?token=change-me`);
    for (const round of ['late', 'again']) {
      await redis.start();
      await until(async () => {
        await redis.publish('mempool:ctf_tx', round);
        return peer.payloads.includes(round);
      }, `Redis that is there ${round}`);
      await redis.kill();
    }
    expect(Object.keys(JSON.parse(peer.texts[0] as string))).toEqual(['channel', 'payload', 'timestamp']);
    peer.webSocket.ping();
    await until(() => peer.pongs.length === 1, 'the pong');
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    expect((await rawRequest(port, 'GET', '/ws?token=wrong', upgrade)).status).toBe(401);
    expect((await rawRequest(port, 'GET', '/ws', upgrade)).status).toBe(400);
    peer.close();
    await redis.remove();
  });

  it('a listener of its own that others can reach, patterns, the header, and origins', async () => {
    const redis = await RunningRedis.start();
    const toml = switchesOf('The Redis WebSocket relay').replace('port = 8090', 'port = 0');
    const server = await start(toml, { REDIS_URL: redis.url, WS_AUTH_TOKEN: 'change-me' });
    const address = await thirdAddress(server);
    expect(new URL(address).hostname).toBe('0.0.0.0');
    const url = address.replace('0.0.0.0', '127.0.0.1');
    const peer = await RelayPeer.dial(url, [], { authorization: 'Bearer change-me' });
    await redis.publish('mempool:else', 'by the pattern');
    await until(() => peer.payloads[0] === 'by the pattern', 'the message');
    peer.close();
    const foreign = RelayPeer.dial(`${url}?token=change-me`, [], { origin: 'https://other.example' });
    await expect(foreign).rejects.toThrow('403');
    await expect(start(toml.replace(/insecure = true.*/, ''))).rejects.toThrow('insecure');
    await redis.remove();
  });
});
