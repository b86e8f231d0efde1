import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, PolywireError, type TlsOptions } from '@polywire/sdk';
import { makeTestCertificates } from '@polywire/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawWebSocket } from '../kit/raw-websocket.js';
import { runCli } from '../kit/run-cli.js';
import { type RunningServer, runServer, temporaryDirectory } from '../kit/run-server.js';

/** The whole way: `polywire certs`, a configuration that names its files, clients of every kind. */
describe('TLS from the configuration to the client', () => {
  const dir = temporaryDirectory();
  const certs = join(dir.path, 'certs');
  const file = (name: string): string => join(certs, name);
  const pem = (name: string): string => readFileSync(file(name), 'utf8');
  let server: RunningServer;
  let urls: string[] = [];
  const url = (scheme: string, index = 0): string => urls.filter((each) => each.startsWith(`${scheme}:`))[index] ?? '';

  beforeAll(async () => {
    const made = await runCli(['certs', '--out', certs]);
    expect(made.code, made.stderr).toBe(0);
    const pair = `tls_cert = "${file('server.pem')}"\ntls_key = "${file('server-key.pem')}"\n`;
    const clients = `tls_ca = "${file('ca.pem')}"\ntls_client_cert = "required"\n`;
    server = await runServer({
      store: 'memory',
      toml: [
        `[[listen]]\ntransport = "ws"\nport = 0\n${pair}`,
        `[[listen]]\ntransport = "tcp"\nport = 0\n${pair}`,
        `[[listen]]\ntransport = "tcp"\nport = 0\nhost = "0.0.0.0"\n${pair}${clients}`,
        `[[listen]]\ntransport = "ws"\nport = 0\ndialect = "text"\n${pair}${clients}`,
      ].join('\n'),
    });
    const until = Date.now() + 5_000;
    while (urls.length < 6 && Date.now() < until) {
      urls = [...server.log().matchAll(/listening on (\w+:\/\/[^\s"\\]+)/g)].map((match) => match[1] as string);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(urls.map((each) => each.split(':')[0])).toEqual(['ws', 'tcp', 'wss', 'tcps', 'tcps', 'wss']);
  });
  afterAll(async () => {
    await server?.stop();
    dir.remove();
  });

  const localhost = (address: string): string => address.replace(/127\.0\.0\.1|0\.0\.0\.0/, 'localhost');
  const loopback = (address: string): string => address.replace('0.0.0.0', '127.0.0.1');

  it.each(['wss', 'tcps'])('the SDK over %s, by address and by name', async (scheme) => {
    for (const address of [url(scheme), localhost(url(scheme))]) {
      const client = await connect(address, { tls: { ca: pem('ca.pem') }, clientId: 'CS001' });
      const large = new Uint8Array(1_000_000).fill(7);
      await client.kv.set({ key: 'k', value: large });
      expect(Buffer.compare((await client.kv.get({ key: 'k' })).value, large)).toBe(0);
      await client.close();
    }
  });

  it('the SDK with a client certificate, as text and as bytes', async () => {
    const tls = { ca: pem('ca.pem'), cert: pem('client.pem'), key: readFileSync(file('client-key.pem')) };
    const client = await connect(loopback(url('tcps', 1)), { tls });
    expect((await client.kv.get({ key: 'nothing' })).found).toBe(false);
    await client.close();
  });

  const foreign = makeTestCertificates();
  const refusals: [string, string, number, TlsOptions | undefined, string, string][] = [
    ['a server that is not trusted (wss)', 'wss', 0, undefined, 'UNAVAILABLE', 'not trusted'],
    ['a server that is not trusted (tcps)', 'tcps', 0, undefined, 'UNAVAILABLE', 'not trusted'],
    ['a server of another CA', 'tcps', 0, { ca: foreign.ca.cert }, 'UNAVAILABLE', 'not trusted'],
    ['no client certificate', 'tcps', 1, {}, 'UNAUTHENTICATED', 'tls.cert'],
    ['a client certificate of another CA', 'tcps', 1, foreign.client, 'UNAVAILABLE', ''],
  ];
  it.each(refusals)('the SDK is told of %s', async (_name, scheme, index, tls, code, text) => {
    const given = tls === undefined ? {} : { tls: { ca: pem('ca.pem'), ...tls } };
    const error = await connect(loopback(url(scheme, index)), given).catch((thrown: unknown) => thrown);
    expect(PolywireError.is(error) && error.codeName).toBe(code);
    expect((error as PolywireError).message).toContain(text);
    expect((error as PolywireError).message).not.toMatch(/\n|deps\/openssl/);
  });

  it('the command line', async () => {
    const flags = ['--url', loopback(url('tcps', 1)), '--tls-ca', file('ca.pem')];
    const withClient = [...flags, '--tls-cert', file('client.pem'), '--tls-key', file('client-key.pem')];
    const written = await runCli(['kv', 'set', 'name', '999999', ...withClient]);
    expect(written.code, written.stderr).toBe(0);
    const env = { POLYWIRE_TLS_CA: file('ca.pem'), POLYWIRE_URL: url('wss') };
    expect(await runCli(['kv', 'get', 'name'], env)).toEqual({ stdout: '999999\n', stderr: '', code: 0 });
    expect((await runCli(['kv', 'get', 'name', ...flags])).code).toBe(7);
    const missing = await runCli(['kv', 'get', 'name', '--tls-ca', file('nothing.pem'), ...flags.slice(0, 2)]);
    expect([missing.code, missing.stderr.includes('nothing.pem (ENOENT)')]).toEqual([2, true]);
    expect((await runCli(['kv', 'get', 'name', ...flags, '--tls-cert', file('client.pem')])).code).toBe(2);
  });

  it('STORE and READ with a client certificate, and health on the same port', async () => {
    const port = Number(new URL(url('wss', 1)).port);
    const tls = { ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client-key.pem') };
    const headers = {
      'Sec-WebSocket-Protocol': 'ocpp1.6, ocpp2.0.1',
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    };
    const socket = await RawWebSocket.open(port, '/any/path', { tls, headers, byteByByte: true });
    expect(socket.headers.get('sec-websocket-protocol')).toBe('ocpp2.0.1');
    expect(socket.headers.has('sec-websocket-extensions')).toBe(false);
    expect(await socket.ask('STORE:station:CS001:Online')).toBe('STORED:station:CS001:Online');
    expect(await socket.ask('READ:station:CS001')).toBe('DATA:station:CS001:Online');
    socket.destroy();
    await expect(RawWebSocket.open(port, '/', { tls: { ca: pem('ca.pem') } })).rejects.toThrow('certificate required');
    await expect(RawWebSocket.open(port, '/', { tls: { ...foreign.client, ca: pem('ca.pem') } })).rejects.toThrow();
  });
});
