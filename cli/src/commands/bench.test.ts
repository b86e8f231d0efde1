import { connect } from '@polywire/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { polywire, useServer } from '../../test/polywire.js';

const server = useServer();
const SHORT = ['--duration', '100ms', '--rounds', '1', '--connections', '4', '--keys', '20'];
// Without POLYWIRE_URL, which the other helper sets: the bench starts its own.
const alone = (args: readonly string[]) => polywire(['bench', ...args, ...SHORT], { env: {} });

describe('with a server of its own', () => {
  it('measures everything and tells who was saturated', async () => {
    const { code, stdout, stderr } = await alone(['--processes', '2']);
    expect(stderr).toMatch(/^measuring ws:\/\/127\.0\.0\.1:\d+\/polywire\nround 1 of 1: echo\n/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/cores, \d+ GiB, .*Node v/);
    expect(stdout).toContain(
      'connections 4, in flight on each 16, value bytes 32, load processes 2, rounds 1 of 0.1 s; other programs used ',
    );
    for (const operation of ['echo', 'get', 'set', 'publish']) {
      expect(stdout).toMatch(new RegExp(`^${operation} .*(server|load|both|nobody)$`, 'm'));
    }
  });

  it.each(['tcp', 'quic'])('over %s, on the disk, as JSON', async (transport) => {
    const args = ['set', '--transport', transport, '--store', 'lmdb', '--processes', '1', '--depth', '3', '--json'];
    const { code, stdout, stderr } = await alone(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { results, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({
      ownServer: true,
      store: 'lmdb',
      depth: 3,
      durationMs: 100,
      machine: { node: process.version },
    });
    expect(rest.url).toMatch(new RegExp(`^${transport}:`));
    expect(rest.otherCores).toBeGreaterThanOrEqual(0);
    expect(results).toHaveLength(1);
    expect(results[0].operation).toBe('set');
    expect(results[0].perSecond.median).toBeGreaterThan(0);
    expect(results[0].latencyUs.p99).toBeGreaterThanOrEqual(results[0].latencyUs.p50);
    expect(results[0].serverCores).toBeGreaterThan(0);
  });
});

describe('with a server that runs', () => {
  it('loads it and leaves no key behind', async () => {
    const { code, stdout } = await server.polywire(['bench', 'get', 'publish', ...SHORT]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${server.wsUrl()}, a server that ran already`);
    expect(stdout).not.toMatch(/^(echo|set)/m);
    const client = await connect(server.wsUrl());
    onTestFinished(() => client.close());
    const { entries } = await client.kv.scan({ prefix: 'polywire-bench/' });
    expect(entries).toEqual([]);
    expect((await client.kv.set({ key: 'later', value: new Uint8Array(1) })).revision).toBeGreaterThan(20);
  });

  it('has the exit code of a server that is not there', async () => {
    const { code, stderr } = await polywire(['bench', '--url', 'tcp://127.0.0.1:1', ...SHORT]);
    expect(code).toBe(4);
    expect(stderr).toContain('UNAVAILABLE');
  });
});

it.each([
  [['sing'], /"sing" cannot be measured; there are echo, get, set, publish/],
  [['--processes', '9'], /--processes 9: more than --connections 4/],
])('refuses %j', async (args, text) => {
  const { code, stderr } = await alone(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(text);
});
