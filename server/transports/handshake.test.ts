import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { handshakeFault } from './handshake-fault.js';
import { dialWebSocket } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { Stage, uwsLoads } from './stage.cases.js';
import { KeptUpgradeRequest } from './upgrade-request.js';
import { loadUwsListener } from './websocket-uws.js';
import { createWsListener } from './websocket-ws.js';

const whole = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const good: readonly Record<string, string>[] = [
  {},
  { connection: 'keep-alive, Upgrade' },
  { connection: 'upgrade,close' },
  { upgrade: 'WebSocket' },
];
/** Without a header where the value is empty. A key of another length is no upgrade to uWebSockets.js. */
const broken: readonly (readonly [name: string, headers: Record<string, string>])[] = [
  ['Upgrade', { upgrade: 'h2c' }],
  ['Connection', { connection: 'keep-alive' }],
  ['Connection', { connection: 'upgraded' }],
  ['Sec-WebSocket-Version', { 'sec-websocket-version': '' }],
  ['Sec-WebSocket-Version', { 'sec-websocket-version': '8' }],
  ['Sec-WebSocket-Version', { 'sec-websocket-version': '13, 8' }],
  ['Sec-WebSocket-Key', { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ=A' }],
];

describe('handshakeFault', () => {
  const faultOf = (headers: Record<string, string>): string | undefined =>
    handshakeFault(new KeptUpgradeRequest('/', '', Object.entries({ ...whole, ...headers })));
  it.each(good)('%j is none', (headers) => expect(faultOf(headers)).toBeUndefined());
  it.each(broken)('names %s', (name, headers) => expect(faultOf(headers)).toContain(`the header ${name} must`));
  it.each(Object.keys(whole))('misses %s', (name) => expect(faultOf({ [name]: '' })).toMatch(/^the header/));
});

const kinds = [
  { name: 'ws-uws', load: () => loadUwsListener(), runs: uwsLoads },
  { name: 'ws-node', load: async () => createWsListener, runs: true },
];

describe.each(kinds)('handshakes with $name', ({ name, load, runs }) => {
  const stage = new Stage({ load, dial: dialWebSocket });
  afterEach(() => stage.stop());

  const listen = async (): Promise<{ host: RecordingHost; port: number }> => {
    const host = new RecordingHost();
    host.decide = ({ path }) => (path === '/served' ? undefined : { status: 404, body: 'nothing\n' });
    host.pages = (path) =>
      path === '/served' ? { status: 418, contentType: 'text/plain', body: 'a page\n' } : undefined;
    return { host, port: (await stage.listen(host)).port };
  };

  /** The head of the answer. */
  const ask = async (port: number, method: string, path: string, headers: Record<string, string>): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    const lines = Object.entries(headers).filter(([, value]) => value !== '');
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`);
    const [piece] = (await once(socket, 'data', { signal: AbortSignal.timeout(3_000) })) as [Buffer];
    socket.destroy();
    return piece.toString('latin1');
  };

  it.skipIf(!runs).each(good)('takes %j', async (headers) => {
    const { host, port } = await listen();
    expect(await ask(port, 'GET', '/served', { ...whole, ...headers })).toMatch(/^HTTP\/1\.1 101 /);
    expect(host.accepted).toHaveLength(1);
  });

  it.skipIf(!runs).each(broken)(
    'refuses a broken %s with 400 where something is served, else with 404',
    async (_, headers) => {
      const { host, port } = await listen();
      // To Node's server a request that does not say Connection: upgrade is none, but one for a page.
      const status = name === 'ws-node' && headers.connection !== undefined ? 418 : 400;
      expect(await ask(port, 'GET', '/served', { ...whole, ...headers })).toContain(`HTTP/1.1 ${status} `);
      expect(await ask(port, 'GET', '/else', { ...whole, ...headers })).toContain('HTTP/1.1 404 ');
      expect(host.accepted).toHaveLength(0);
    },
  );

  it.skipIf(!runs).each(['POST', 'PUT', 'DELETE'])('%s is no upgrade', async (method) => {
    const { host, port } = await listen();
    expect(await ask(port, method, '/served', whole)).toMatch(/^HTTP\/1\.1 405 .*\r\nallow: GET, HEAD\r\n/is);
    expect(host.upgrades).toHaveLength(0);
  });

  it.skipIf(!runs)('HEAD is no upgrade, and is answered without a body', async () => {
    const { host, port } = await listen();
    expect(await ask(port, 'HEAD', '/served', whole)).toMatch(/^HTTP\/1\.1 418 .*content-length: 7\r\n.*\r\n\r\n$/is);
    expect(host.upgrades).toHaveLength(0);
  });

  it.skipIf(!runs)('a page may have headers of its own', async () => {
    const { host, port } = await listen();
    host.pages = () => ({ status: 200, contentType: 'text/html', body: 'x', headers: { 'x-own': 'yes' } });
    const answer = await ask(port, 'GET', '/', {});
    expect(answer).toMatch(/\r\nx-own: yes\r\n/i);
    expect(answer).toMatch(/\r\ncache-control: no-store\r\n/i);
  });
});
