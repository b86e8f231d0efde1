import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { polywire, type Running, start } from '../../test/polywire.js';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'polywire-serve-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A configuration with one WebSocket listener on that port. */
function configFile(port: number): string {
  const path = join(dir, `port-${port}.toml`);
  writeFileSync(path, `[[listen]]\ntransport = "ws"\nport = ${port}\n`);
  return path;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function serve(...args: string[]): Promise<{ server: Running; url: string }> {
  const port = await freePort();
  const server = start(['serve', '--config', configFile(port), ...args], { cwd: dir });
  await server.said('listening on');
  return { server, url: `ws://127.0.0.1:${port}/polywire` };
}

describe('serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, then drains and ends with 0', async (signal) => {
    const { server, url } = await serve('--store', 'memory');
    expect((await polywire(['kv', 'set', 'a', '1', '--url', url])).code).toBe(0);
    server.process.kill(signal);
    const { code, stdout, stderr } = await server.done;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('stopped');
  });

  it('keeps data in --data across a restart', async () => {
    const args = ['--store', 'lmdb', '--data', join(dir, 'data')];
    const first = await serve(...args);
    await polywire(['kv', 'set', 'kept', 'yes', '--url', first.url]);
    first.server.process.kill('SIGTERM');
    await first.server.done;
    const second = await serve(...args);
    const { stdout } = await polywire(['kv', 'get', 'kept', '--url', second.url]);
    second.server.process.kill('SIGTERM');
    await second.server.done;
    expect(stdout).toBe('yes\n');
  });

  it('logs JSON lines with --json, and nothing with --log-level silent', async () => {
    const { server } = await serve('--store', 'memory', '--json');
    server.process.kill('SIGTERM');
    const { stderr } = await server.done;
    const records = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.length).toBeGreaterThan(0);

    const port = await freePort();
    const quiet = start(['serve', '--config', configFile(port), '--store', 'memory', '--log-level', 'silent'], {
      cwd: dir,
    });
    const url = `ws://127.0.0.1:${port}/polywire`;
    for (let code: number | null = 4; code === 4; ) code = (await polywire(['kv', 'list', '--url', url])).code;
    quiet.process.kill('SIGTERM');
    expect(await quiet.done).toMatchObject({ code: 0, stderr: '' });
  });

  it('names a port that is in use', async () => {
    const { server, url } = await serve('--store', 'memory');
    const port = Number(new URL(url).port);
    const second = await polywire(['serve', '--config', configFile(port), '--store', 'memory'], { cwd: dir });
    server.process.kill('SIGTERM');
    await server.done;
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^PORT_IN_USE: /m);
    expect(second.stderr).toContain(String(port));
  });

  it.each([
    [['--config', '/nowhere/at-all.toml'], /^CONFIG_INVALID: flag --config: there is no file/],
    [['--store', 'floppy'], /^USAGE: .*--store/],
  ])('refuses %j with exit code 2', async (args, text) => {
    const { code, stderr } = await polywire(['serve', ...args], { cwd: dir });
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
  });
});
