import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, makeTestCertificates, type PolywireServer, type WsOptions, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryDirectory } from '../kit/run-server.js';

let server: PolywireServer | undefined;
const given: (() => void)[] = [];
afterEach(async () => {
  await server?.close({ drainMs: 0 });
  for (const giveBack of given.splice(0)) giveBack();
});

async function start(options: WsOptions = {}): Promise<string> {
  server = await createServer({ listeners: [ws({ port: 0, ...options })] });
  return server.addresses[0] as string;
}

/** "open", or the HTTP status of the refusal. */
function outcome(url: string, origin: string | undefined, options: object = {}): Promise<string | number | undefined> {
  const socket = new WebSocket(url, { ...options, ...(origin === undefined ? {} : { origin }) });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(response.statusCode);
    });
    socket.on('error', reject);
  });
}

describe('web pages', () => {
  it('of this machine may connect to the native wire and the text store, others get a 403', async () => {
    const url = await start();
    for (const target of [url, url.replace('/polywire', '/ocpp/CS001')]) {
      expect(await outcome(target, undefined)).toBe('open');
      expect(await outcome(target, 'http://localhost:5173')).toBe('open');
      expect(await outcome(target, 'https://evil.example')).toBe(403);
      // What a page sees whose name was given the address of this machine.
      expect(await outcome(target, 'http://evil.example', { headers: { host: 'evil.example' } })).toBe(403);
    }
    expect(await outcome(url.replace('/polywire', '/nothing'), 'https://evil.example')).toBe(404);
    expect(server?.stats().sessionsTotal).toBe(4);
  });

  it('of the server itself may, where other machines can reach it', async () => {
    const url = (await start({ host: '0.0.0.0', insecure: true })).replace('0.0.0.0', '127.0.0.1');
    const headers = { host: 'app.example' };
    expect(await outcome(url, 'https://app.example', { headers })).toBe('open');
    expect(await outcome(url, 'https://evil.example', { headers })).toBe(403);
  });

  it('may be listed', async () => {
    const url = await start({ origins: ['https://app.example'] });
    expect(await outcome(url, 'https://app.example')).toBe('open');
    expect(await outcome(url, 'http://localhost:5173')).toBe(403);
    expect(await outcome(url, undefined)).toBe('open');
  });

  it('are told apart by the listener for client certificates too', async () => {
    const work = temporaryDirectory();
    given.push(work.remove);
    const { ca, server: own, client } = makeTestCertificates();
    const file = (name: string, text: string): string => {
      writeFileSync(join(work.path, name), text);
      return join(work.path, name);
    };
    const tls = {
      tlsCert: file('cert.pem', own.cert),
      tlsKey: file('key.pem', own.key),
      tlsCa: file('ca.pem', ca.cert),
      tlsClientCert: 'required',
    } as const;
    const url = await start(tls);
    const trusted = { ca: ca.cert, cert: client.cert, key: client.key };
    expect(await outcome(url, 'http://localhost:5173', trusted)).toBe('open');
    expect(await outcome(url, 'https://evil.example', trusted)).toBe(403);
  });
});
