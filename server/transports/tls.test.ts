import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeTestCertificates } from '../certificates/test-certificates.js';
import { describeListener } from './listener.cases.js';
import type { CreateListener, Listener, TlsFiles } from './listener.js';
import { until } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { Stage, uwsLoads } from './stage.cases.js';
import { createTcpListener } from './tcp.js';
import { asClient, CertificateFolder, dialTcpTls, dialWith, dialWss, ours, trusting } from './tls-stage.cases.js';
import { loadUwsListener } from './websocket-uws.js';
import { createWsListener } from './websocket-ws.js';

const folder = new CertificateFolder(ours.server, ours.ca);
afterAll(() => folder.remove());

const withTls = (create: CreateListener, tls: TlsFiles) => async (): Promise<CreateListener> => (options, host) =>
  create({ tls, ...options }, host);
const createWs: CreateListener = (options, host) => createWsListener(options, host);

const kinds = [
  { name: 'tcp-tls', transport: 'tcp', create: createTcpListener, dial: dialTcpTls, clients: true },
  { name: 'ws-node-tls', transport: 'ws', create: createWs, dial: dialWss, clients: true },
  // It lets clients in that have no certificate, so it is not used where one is required.
  ...(uwsLoads
    ? [{ name: 'ws-uws-tls', transport: 'ws', create: await loadUwsListener(), dial: dialWss, clients: false } as const]
    : []),
] as const;
type Kind = (typeof kinds)[number];

for (const { name, transport, create, dial, clients } of kinds) {
  const load = withTls(create, clients ? folder.withClients : folder.files);
  describeListener({ name, transport, load, dial: dialWith(dial, asClient) });
}

/** A handshake and a request, whatever wire is behind it: resolves with what came back, or how it failed. */
async function attempt(port: number, options: ConnectionOptions): Promise<string> {
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

const foreign = makeTestCertificates({ client: 'CS001' });
const day = 86_400_000;
const expired = makeTestCertificates({ from: new Date(Date.now() - 30 * day), days: 1 });
const future = makeTestCertificates({ from: new Date(Date.now() + 30 * day), days: 1 });

const stages: Stage[] = [];
const folders: CertificateFolder[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
  for (const each of folders.splice(0)) each.remove();
});

/** Starts a listener that answers whatever it gets. */
async function start({ create, dial }: Kind, tls: TlsFiles): Promise<[Listener, RecordingHost]> {
  const host = new RecordingHost();
  const stage = new Stage({ load: withTls(create, tls), dial });
  stages.push(stage);
  host.react = ({ connection }) => void connection.send(Buffer.from('hello\r\n'));
  host.pages = () => ({ status: 200, contentType: 'text/plain', body: 'hello\r\n' });
  return [await stage.listen(host), host];
}

/** What `attempt` gives when it was answered. */
function helloOf({ transport }: Kind): string {
  return transport === 'tcp' ? 'answered hello' : 'answered HTTP/1.1 200 OK';
}

describe.each(kinds.filter(({ clients }) => clients))('client certificates of $name', (kind) => {
  const { transport, dial } = kind;
  const hello = helloOf(kind);
  const listen = (tls: TlsFiles) => start(kind, tls);

  it.each([
    ['a certificate of the CA', ours.client, hello],
    ['no certificate', {}, 'failed ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
    ['a certificate of another CA', foreign.client, /^failed (ECONNRESET)?$/],
    ['a certificate of another CA, with that CA', chain(foreign), /^failed (ECONNRESET)?$/],
  ])('with required client certificates: %s', async (_name, certificate, outcome) => {
    const [listener, host] = await listen(folder.withClients);
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      const expected =
        maxVersion === 'TLSv1.2' && outcome === 'failed ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
          ? /^failed (ERR_SSL_(SSLV3|SSL\/TLS)_ALERT_HANDSHAKE_FAILURE|EPROTO|ECONNRESET)/
          : outcome;
      const found = await attempt(listener.port, { ...trusting, ...certificate, maxVersion });
      expect(found, maxVersion).toMatch(expected);
    }
    expect(host.accepted.length > 0 && transport === 'tcp').toBe(outcome === hello && transport === 'tcp');
    expect(host.errors).toEqual([]);
  });

  it.each([
    ['expired', expired],
    ['not valid yet', future],
  ])('refuses a certificate of its CA that is %s', async (_name, { ca, client }) => {
    const own = new CertificateFolder(ours.server, ca);
    folders.push(own);
    const [listener, host] = await listen(own.withClients);
    expect(await attempt(listener.port, { ...trusting, ...client })).toMatch(/^failed (ECONNRESET)?$/);
    expect(host.accepted).toEqual([]);
  });

  it('refuses a server certificate where a client certificate belongs', async () => {
    const [listener, host] = await listen(folder.withClients);
    expect(await attempt(listener.port, { ...trusting, ...ours.server })).toMatch(/^failed (ECONNRESET)?$/);
    expect(host.accepted).toEqual([]);
  });

  it('tells who the client is', async () => {
    const [listener, host] = await listen(folder.withClients);
    const peer = await dial(listener.port, asClient);
    await until(() => host.accepted.length === 1, 'accepted');
    expect(host.accepted[0]?.connection.peerCertificate).toEqual({
      commonName: 'CS001',
      alternativeNames: ['URI:urn:polywire:client:CS001'],
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    peer.end();
  });

  it('does not take up a session of a client that is not trusted any more', { timeout: 30_000 }, async () => {
    const own = new CertificateFolder(ours.server, ours.ca);
    folders.push(own);
    const [listener] = await listen(own.withClients);
    const first = connectTls({ port: listener.port, host: '127.0.0.1', ...asClient });
    const [session] = (await once(first, 'session')) as [Buffer];
    first.destroy();
    const again = connectTls({ port: listener.port, host: '127.0.0.1', ...asClient, session });
    await once(again, 'secureConnect');
    expect(again.isSessionReused()).toBe(true);
    again.destroy();
    own.put(ours.server, foreign.ca);
    await untilAsync(async () => (await attempt(listener.port, asClient)).startsWith('failed'));
    expect(await attempt(listener.port, { ...asClient, session })).toMatch(/^failed/);
  });

  it('does not start with no CA in the file', async () => {
    const own = new CertificateFolder(ours.server, ours.ca);
    folders.push(own);
    writeFileSync(own.withClients.clientCa ?? '', 'nothing\n');
    const error = await listen(own.withClients).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: ErrorCode.CONFIG_INVALID });
    expect((error as Error).message).toMatch(/^tls_ca .* holds no certificate/);
  });
});

describe.each(kinds)('TLS of $name', (kind) => {
  const { dial, clients } = kind;
  const hello = helloOf(kind);
  const listen = (tls: TlsFiles) => start(kind, tls);

  it('serves a client that trusts its CA, and fails for one that does not', async () => {
    const [listener, host] = await listen(folder.files);
    expect(await attempt(listener.port, trusting)).toBe(hello);
    expect(await attempt(listener.port, { ca: foreign.ca.cert })).toBe('failed UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await attempt(listener.port, {})).toBe('failed UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await attempt(listener.port, { ...trusting, servername: 'elsewhere' })).toBe(
      'failed ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await attempt(listener.port, { ...trusting, servername: 'localhost' })).toBe(hello);
    expect(host.errors).toEqual([]);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older or plain', async () => {
    const [listener] = await listen(folder.files);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(await attempt(listener.port, { ...trusting, minVersion: version, maxVersion: version })).toBe(hello);
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await attempt(listener.port, { ...trusting, ...old })).toMatch(/^failed .*(VERSION|UNSUPPORTED)/);
    const plain = connectTcp(listener.port, '127.0.0.1');
    let answer = '';
    plain.on('data', (piece) => {
      answer += piece.toString('latin1');
    });
    plain.on('error', () => {});
    plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(plain, 'close');
    expect(answer).not.toContain('200');
    expect(await attempt(listener.port, trusting)).toBe(hello);
  });

  it('knows of no client certificate when it asks for none', async () => {
    const [open, openHost] = await listen(folder.files);
    const nobody = await dial(open.port, asClient);
    await until(() => openHost.accepted.length === 1, 'accepted');
    expect(openHost.accepted[0]?.connection.peerCertificate).toBeUndefined();
    nobody.end();
  });

  it('a silent peer in its handshake holds up neither others nor the end', async () => {
    const [listener] = await listen(folder.files);
    const silent = connectTcp(listener.port, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'connect');
    expect(await attempt(listener.port, trusting)).toBe(hello);
    const startedAt = Date.now();
    await listener.close();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    silent.destroy();
  });

  it('takes new files into use; what is connected goes on', { timeout: 30_000 }, async () => {
    const own = new CertificateFolder(ours.server, ours.ca);
    folders.push(own);
    const [listener, host] = await listen(clients ? own.withClients : own.files);
    const peer = await dial(listener.port, asClient);
    await until(() => host.accepted.length === 1, 'accepted');
    host.accepted[0]?.connection.join(7);

    const next = makeTestCertificates();
    own.put(next.server, next.ca);
    const nextClient = { ca: next.ca.cert, ...next.client };
    await untilAsync(async () => (await attempt(listener.port, nextClient)) === hello);
    expect(await attempt(listener.port, asClient)).toMatch(/^failed/);
    expect(host.errors).toEqual([]);
    const before = peer.received.length;
    peer.send(Buffer.from('still there?'));
    await until(() => peer.received.length > before, 'an answer');
    const already = host.accepted.length;
    const late = await dial(listener.port, nextClient);
    await until(() => host.accepted.length > already, 'the second peer');
    host.accepted[already]?.connection.join(7);
    listener.publish(7, Buffer.from('to all'));
    for (const each of [peer, late]) {
      await until(() => each.received.some((bytes) => bytes.toString() === 'to all'), 'what was published');
    }

    // Half of a pair, and then none: the old ones stay, and it is said.
    writeFileSync(own.files.key, foreign.server.key);
    await until(() => host.errors.length === 1, 'a report');
    expect(host.errors[0]?.message).toContain('the old ones stay in use');
    expect(host.errors[0]?.message).toContain(own.files.key);
    expect(await attempt(listener.port, nextClient)).toBe(hello);
    rmSync(own.files.cert);
    await until(() => host.errors.length === 2, 'a second report');
    expect(host.errors[1]?.message).toContain('ENOENT');
    expect(await attempt(listener.port, nextClient)).toBe(hello);
    own.put(ours.server, ours.ca);
    await untilAsync(async () => (await attempt(listener.port, asClient)) === hello);
    peer.end();
    late.end();
    await until(() => listener.connectionCount === 0, 'no connection');
  });

  it.each([
    ['a missing certificate', (own: CertificateFolder) => rmSync(own.files.cert), 'tls_cert: cannot read', 'ENOENT'],
    ['a missing key', (own: CertificateFolder) => rmSync(own.files.key), 'tls_key: cannot read', 'ENOENT'],
    [
      'a key of another certificate',
      (own: CertificateFolder) => writeFileSync(own.files.key, foreign.server.key),
      'cannot be used',
      'mismatch',
    ],
    [
      'no certificate in the file',
      (own: CertificateFolder) => writeFileSync(own.files.cert, 'nothing\n'),
      'cannot be used',
      '',
    ],
  ])('does not start with %s', async (_name, spoil, ...texts) => {
    const own = new CertificateFolder(ours.server, ours.ca);
    folders.push(own);
    spoil(own);
    const error = await listen(own.files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: ErrorCode.CONFIG_INVALID });
    for (const text of texts) expect((error as Error).message).toContain(text);
  });
});

function chain(certificates: typeof foreign): ConnectionOptions {
  return { cert: certificates.client.cert + certificates.ca.cert, key: certificates.client.key };
}

async function untilAsync(condition: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms`);
    await sleep(50);
  }
}

it.skipIf(!uwsLoads)('uWebSockets.js is not trusted with required client certificates', async () => {
  const create = await loadUwsListener();
  const stage = new Stage({ load: withTls(create, folder.withClients), dial: dialWss });
  await expect(stage.listen(new RecordingHost())).rejects.toThrow('lets clients in that have no certificate');
});
