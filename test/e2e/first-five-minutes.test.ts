import { connect } from '@polywire/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../kit/run-cli.js';
import { type RunningServer, runServer, temporaryDirectory } from '../kit/run-server.js';

const text = new TextDecoder();

describe('a person stores data and finds it again', () => {
  const data = temporaryDirectory();
  let server: RunningServer;

  beforeAll(async () => {
    server = await runServer({ dataDir: data.path });
  });
  afterAll(async () => {
    await server.stop();
    data.remove();
  });

  const cli = async (...args: string[]): Promise<string> => {
    const result = await runCli([...args, '--url', server.wsUrl]);
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    return result.stdout;
  };

  it('with the command line', async () => {
    await cli('kv', 'set', 'name', '999999');
    expect(await cli('kv', 'get', 'name')).toBe('999999\n');
    await cli('kv', 'set', '--key', 'name2', '--value', 'Grüße');
    expect(await cli('kv', 'get', 'name2')).toBe('Grüße\n');
    await cli('data', 'store', '--client', 'CS001', 'station', 'Online');
    expect(await cli('data', 'read', '--client', 'CS001', 'station')).toBe('Online\n');
    const other = await runCli(['data', 'read', '--client', 'CS002', 'station', '--url', server.wsUrl]);
    expect(other.code).not.toBe(0);
    expect(other.stdout).toBe('');
  });

  it.each(['ws', 'tcp'] as const)('with the SDK over %s', async (transport) => {
    const url = transport === 'ws' ? server.wsUrl : server.tcpUrl;
    const client = await connect(url, { clientId: 'CS001' });
    expect(text.decode((await client.kv.get({ key: 'name' })).value)).toBe('999999');
    expect(text.decode((await client.data.read({ key: 'station' })).value)).toBe('Online');
    await client.kv.set({ key: `sdk-${transport}`, value: new Uint8Array([0, 255, 7]) });
    await client.close();
  });

  it('after the server was stopped and started again', async () => {
    const stopped = await server.stop();
    expect(stopped).toEqual({ code: 0, signal: null });
    server = await runServer({ dataDir: data.path });
    const client = await connect(server.tcpUrl, { clientId: 'CS001' });
    expect(text.decode((await client.kv.get({ key: 'name' })).value)).toBe('999999');
    expect((await client.kv.get({ key: 'sdk-ws' })).value).toEqual(new Uint8Array([0, 255, 7]));
    expect((await client.kv.get({ key: 'sdk-tcp' })).found).toBe(true);
    expect(text.decode((await client.data.read({ key: 'station' })).value)).toBe('Online');
    await client.close();
  });

  it('says that it is alive and ready', async () => {
    expect((await fetch(`${server.httpUrl}/healthz`)).status).toBe(200);
    const ready = await fetch(`${server.httpUrl}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', store: 'lmdb' }]);
    expect((await fetch(`${server.httpUrl}/nowhere`)).status).toBe(404);
  });
});
