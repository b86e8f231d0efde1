import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, hintOf, PolywireError } from '@polywire/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, runServer, temporaryDirectory } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';

const CLI = join(root, 'cli/bin/run.js');

/** Runs `polywire serve`, which is expected to refuse to start. */
function refusedStart(toml: string): { text: string; code: number | null } {
  const work = temporaryDirectory();
  writeFileSync(join(work.path, 'polywire.toml'), toml);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POLYWIRE_')));
  const result = spawnSync(process.execPath, [CLI, 'serve'], {
    cwd: work.path,
    encoding: 'utf8',
    timeout: 15_000,
    env,
  });
  work.remove();
  return { text: result.stderr, code: result.status };
}

describe('a server that cannot start says why, and what to do', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer({ store: 'memory' });
  });
  afterAll(async () => {
    await server.stop();
  });

  const portOf = (url: string): string => new URL(url).port;

  it.each(['ws', 'tcp'] as const)('a port in use (%s)', (transport) => {
    const port = portOf(transport === 'ws' ? server.wsUrl : server.tcpUrl);
    const { text, code } = refusedStart(
      `[store]\nkind = "memory"\n[[listen]]\ntransport = "${transport}"\nport = ${port}\n`,
    );
    expect(code).not.toBe(0);
    expect(text).toContain('PORT_IN_USE');
    expect(text).toContain(port);
  });

  it.each([
    ['a typo', '[limits]\nmax_payload_byte = 5\n', 'polywire.toml:2', 'did you mean limits.max_payload_bytes'],
    ['a wrong type', '[[listen]]\ntransport = "ws"\nport = "x"\n', 'polywire.toml:3', 'port'],
    ['a value out of range', '[[listen]]\ntransport = "tcp"\nport = 70000\n', 'polywire.toml:3', '65535'],
    ['broken TOML', '[limits\n', 'polywire.toml:1', 'TOML'],
    ['an open address', '[[listen]]\ntransport = "tcp"\nhost = "0.0.0.0"\n', 'polywire.toml:3', 'insecure'],
  ])('%s in the configuration', (_name, toml, place, hint) => {
    const { text, code } = refusedStart(toml);
    expect(code).not.toBe(0);
    expect(text).toContain('CONFIG_INVALID');
    expect(text).toContain(place);
    expect(text).toContain(hint);
  });

  it.each([
    ['ws://127.0.0.1:9/polywire', 'UNAVAILABLE'],
    ['tcp://127.0.0.1:9', 'UNAVAILABLE'],
    ['http://127.0.0.1:8080/', 'INVALID_URL'],
    ['not a url', 'INVALID_URL'],
  ])('a client that dials %s gets %s', async (url, code) => {
    const error = await connect(url).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.codeName).toBe(code);
    expect(hintOf(error as PolywireError)).not.toBe('');
  });

  it('a dialler of a WebSocket path where nothing is served is told', async () => {
    const error = await connect(server.wsUrl.replace('/polywire', '/elsewhere')).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.message).toContain('404');
  });
});

describe('garbage of one client disturbs no other', () => {
  it('while 50 connections send random bytes, calls go on', { timeout: 60_000 }, async () => {
    const server = await runServer({ store: 'memory' });
    const client = await connect(server.tcpUrl);
    const port = Number(new URL(server.tcpUrl).port);
    const sockets: Socket[] = [];
    let seed = 12_345;
    const random = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed;
    };
    for (let index = 0; index < 50; index++) {
      const socket = dial(port, '127.0.0.1');
      socket.on('error', () => {});
      const bytes = Buffer.from(Array.from({ length: 2_000 }, () => random() & 255));
      // Half of them begin like a packet, so that the garbage is read further in.
      if (index % 2 === 0) Buffer.from('01000103000000070002', 'hex').copy(bytes);
      socket.write(bytes);
      sockets.push(socket);
    }
    for (let index = 0; index < 300; index++) {
      await client.kv.set({ key: 'steady', value: new Uint8Array([index & 255]) });
      expect((await client.kv.get({ key: 'steady' })).value).toEqual(new Uint8Array([index & 255]));
    }
    for (const socket of sockets) socket.destroy();
    await client.close();
    expect((await server.stop()).code).toBe(0);
  });

  it('a connection that never says Hello is closed in time', async () => {
    const server = await runServer({ store: 'memory', toml: '[limits]\nhello_timeout_ms = 200' });
    const socket = dial(Number(new URL(server.tcpUrl).port), '127.0.0.1');
    const startedAt = Date.now();
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(190);
    await server.stop();
  });
});
