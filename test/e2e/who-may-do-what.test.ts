import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../kit/run-cli.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';

const section = readFileSync(join(root, 'README.md'), 'utf8')
  .split('\n## ')
  .find((text) => text.startsWith('Who may do what'));
const toml = /```toml\n([\s\S]*?)```/.exec(section ?? '')?.[1] ?? '';

/** The configuration that the README shows, a server process, and the command line. */
describe('who may do what, as the README says', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer({ store: 'memory', toml: `${toml}\n[log]\nlevel = "trace"\n` });
  });
  afterAll(() => server?.stop());

  const polywire = (token: string, ...args: string[]) =>
    runCli(args, { POLYWIRE_URL: server.wsUrl, ...(token === '' ? {} : { POLYWIRE_TOKEN: token }) });

  it('tokens permit what they say, and the log never has one', async () => {
    const set = await polywire('change-me-too', 'kv', 'set', 'config/interval', '30');
    expect(set.code, set.stderr).toBe(0);
    const get = await polywire('change-me', 'kv', 'get', 'config/interval');
    expect(get.stdout).toBe('30\n');

    const refused = await polywire('change-me', 'kv', 'set', 'config/interval', '40');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('PERMISSION_DENIED');
    expect(refused.stderr).toContain('kv.write:config/interval');
    expect((await polywire('change-me', 'kv', 'get', 'other')).stderr).toContain('kv.read:other');
    expect((await polywire('', 'kv', 'get', 'config/interval')).stderr).toContain('kv.read:config/interval');
    expect((await polywire('', 'kv', 'get', 'public/name')).stderr).toContain('public/name');

    const unknown = await polywire('not-a-token', 'kv', 'get', 'config/interval');
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('UNAUTHENTICATED');
    expect(unknown.stderr).not.toContain('not-a-token');

    expect(server.log()).toContain('UNAUTHENTICATED');
    expect(server.log()).toContain('auth.tokens = 2 tables');
    expect(server.log()).not.toMatch(/change-me|not-a-token|[0-9a-f]{64}/);
  });

  it('a data space is that of the token', async () => {
    const args = ['data', 'store', '--client', 'CS002', 'k', 'v'];
    expect((await polywire('change-me', ...args)).stderr).toContain('PERMISSION_DENIED');
    expect((await polywire('change-me', 'data', 'store', '--client', 'CS001', 'k', 'v')).code).toBe(0);
  });
});
