import { describe, expect, it } from 'vitest';
import { polywire, useServer } from '../../../test/polywire.js';

describe('kv get', () => {
  const server = useServer();

  it('prints text and a line end, over both transports', async () => {
    await server.polywire(['kv', 'set', 'name', '999999']);
    const overWs = await server.polywire(['kv', 'get', 'name']);
    expect(overWs).toMatchObject({ code: 0, stdout: '999999\n', stderr: '' });
    const overTcp = await server.polywire(['kv', 'get', '--key', 'name', '--url', server.tcpUrl()]);
    expect(overTcp).toMatchObject({ code: 0, stdout: '999999\n', stderr: '' });
  });

  it('prints bytes exactly', async () => {
    const bytes = Buffer.from([0, 10, 255, 27, 128, 10]);
    await server.polywire(['kv', 'set', 'raw', '-'], { stdin: bytes });
    const { code, stdoutBytes } = await server.polywire(['kv', 'get', 'raw']);
    expect(code).toBe(0);
    expect(stdoutBytes.equals(bytes)).toBe(true);
  });

  it('says everything as JSON', async () => {
    const { stdout: written } = await server.polywire(['kv', 'set', 'json', 'ä', '--ttl', '1h', '--json']);
    const { revision } = JSON.parse(written);
    const { code, stdout } = await server.polywire(['kv', 'get', 'json', '--json']);
    expect(code).toBe(0);
    const entry = JSON.parse(stdout);
    expect(entry).toEqual({ key: 'json', kind: 'text', value: 'ä', revision, expiresAt: expect.any(String) });
    const leftMs = Date.parse(entry.expiresAt) - Date.now();
    expect(leftMs).toBeGreaterThan(3_500_000);
    expect(leftMs).toBeLessThanOrEqual(3_600_000);
  });

  it('ends with 3 for a key that is not there', async () => {
    const text = await server.polywire(['kv', 'get', 'nothing']);
    expect(text).toMatchObject({ code: 3, stdout: '' });
    expect(text.stderr).toBe('NOT_FOUND: "nothing" is not there\n  try: Check the name, or create it first.\n');
    const json = await server.polywire(['kv', 'get', 'nothing', '--json']);
    expect(json).toMatchObject({ code: 3, stdout: '' });
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: 'NOT_FOUND',
      details: { key: 'nothing' },
      exitCode: 3,
    });
  });

  it('ends with 6 for a key that is too long', async () => {
    const { code, stdout, stderr } = await server.polywire(['kv', 'get', 'k'.repeat(1_025)]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^KEY_TOO_LONG: .*\n {2}try: Use a shorter key/);
  });

  it('ends with 2 without a key', async () => {
    const { code, stderr } = await server.polywire(['kv', 'get']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^USAGE: the key is missing.*\n {2}try: polywire kv get --help\n$/);
  });
});

describe('without a server', () => {
  it.each(['ws', 'tcp'])('ends with 4 over %s and names the address', async (scheme) => {
    const { code, stdout, stderr } = await polywire(['kv', 'get', 'name', '--url', `${scheme}://127.0.0.1:1`]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^UNAVAILABLE: ${scheme}://127\\.0\\.0\\.1:1: connect ECONNREFUSED 127.0.0.1:1\n`),
    );
    expect(stderr).toContain('\n  try: Check that the server runs at this address, then try again.\n');
  });

  it('ends with 2 for an address that cannot be dialled', async () => {
    const { code, stderr } = await polywire(['kv', 'get', 'name', '--url', 'gopher://x']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^INVALID_URL: /);
  });
});
