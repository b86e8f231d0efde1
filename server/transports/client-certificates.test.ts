import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { makeTestCertificates } from '../certificates/test-certificates.js';
import type { TlsFiles } from './listener.js';
import { until } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { Stage, uwsLoads } from './stage.cases.js';
import { attempt, folder, helloOf, kinds, ownFolder, start, untilAsync, withTls } from './tls-kinds.cases.js';
import { asClient, dialWss, ours, trusting } from './tls-stage.cases.js';
import { loadUwsListener } from './websocket-uws.js';

const foreign = makeTestCertificates({ client: 'CS001' });
const day = 86_400_000;
const expired = makeTestCertificates({ from: new Date(Date.now() - 30 * day), days: 1 });
const future = makeTestCertificates({ from: new Date(Date.now() + 30 * day), days: 1 });

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
    const own = ownFolder(ours.server, ca);
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
    const own = ownFolder(ours.server, ours.ca);
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
    const own = ownFolder(ours.server, ours.ca);
    writeFileSync(own.withClients.clientCa ?? '', 'nothing\n');
    const error = await listen(own.withClients).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: ErrorCode.CONFIG_INVALID });
    expect((error as Error).message).toMatch(/^tls_ca .* holds no certificate/);
  });
});

function chain(certificates: typeof foreign): ConnectionOptions {
  return { cert: certificates.client.cert + certificates.ca.cert, key: certificates.client.key };
}

it.skipIf(!uwsLoads)('uWebSockets.js is not trusted with required client certificates', async () => {
  const create = await loadUwsListener();
  const stage = new Stage({ load: withTls(create, folder.withClients), dial: dialWss });
  await expect(stage.listen(new RecordingHost())).rejects.toThrow('lets clients in that have no certificate');
});
