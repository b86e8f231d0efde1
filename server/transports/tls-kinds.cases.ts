import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterAll, afterEach } from 'vitest';
import type { Certificate } from '../certificates/make-certificate.js';
import type { CreateListener, Listener, TlsFiles } from './listener.js';
import { RecordingHost } from './recording-host.cases.js';
import { Stage, uwsLoads } from './stage.cases.js';
import { createTcpListener } from './tcp.js';
import { CertificateFolder, dialTcpTls, dialWss, ours } from './tls-stage.cases.js';
import { loadUwsListener } from './websocket-uws.js';
import { createWsListener } from './websocket-ws.js';

/** The files of all tests that do not change them. */
export const folder = new CertificateFolder(ours.server, ours.ca);
afterAll(() => folder.remove());

export const withTls =
  (create: CreateListener, tls: TlsFiles) => async (): Promise<CreateListener> => (options, host) =>
    create({ tls, ...options }, host);
const createWs: CreateListener = (options, host) => createWsListener(options, host);

/** Every listener that has TLS. */
export const kinds = [
  { name: 'tcp-tls', transport: 'tcp', create: createTcpListener, dial: dialTcpTls, clients: true },
  { name: 'ws-node-tls', transport: 'ws', create: createWs, dial: dialWss, clients: true },
  // It lets clients in that have no certificate, so it is not used where one is required.
  ...(uwsLoads
    ? [{ name: 'ws-uws-tls', transport: 'ws', create: await loadUwsListener(), dial: dialWss, clients: false } as const]
    : []),
] as const;
export type Kind = (typeof kinds)[number];

/** A handshake and a request, whatever wire is behind it: resolves with what came back, or how it failed. */
export async function attempt(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', ...options });
  let answer = '';
  let failure = '';
  socket.on('data', (piece) => {
    answer += piece.toString('latin1');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure ||= error.code ?? error.message;
  });
  socket.on('secureConnect', () => socket.write('GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
  await new Promise((resolve) => {
    for (const event of ['data', 'close']) socket.once(event, resolve);
    setTimeout(resolve, 3_000).unref();
  });
  socket.destroy();
  return answer === '' ? `failed ${failure}` : `answered ${answer.split('\r\n')[0]}`;
}

/** What `attempt` gives when it was answered. */
export function helloOf({ transport }: Kind): string {
  return transport === 'tcp' ? 'answered hello' : 'answered HTTP/1.1 200 OK';
}

const stages: Stage[] = [];
const folders: CertificateFolder[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
  for (const each of folders.splice(0)) each.remove();
});

/** Files that a test may change; they go when it ends. */
export function ownFolder(server: Certificate, clientCa: Certificate): CertificateFolder {
  const own = new CertificateFolder(server, clientCa);
  folders.push(own);
  return own;
}

/** Starts a listener that answers whatever it gets. */
export async function start({ create, dial }: Kind, tls: TlsFiles): Promise<[Listener, RecordingHost]> {
  const host = new RecordingHost();
  const stage = new Stage({ load: withTls(create, tls), dial });
  stages.push(stage);
  host.react = ({ connection }) => void connection.send(Buffer.from('hello\r\n'));
  host.pages = () => ({ status: 200, contentType: 'text/plain', body: 'hello\r\n' });
  return [await stage.listen(host), host];
}

/** As `until`, of something that has to be asked for. */
export async function untilAsync(condition: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms`);
    await sleep(50);
  }
}
