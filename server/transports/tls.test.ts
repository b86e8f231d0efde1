import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { makeTestCertificates } from '../certificates/test-certificates.js';
import { describeListener } from './listener.cases.js';
import type { TlsFiles } from './listener.js';
import { until } from './peer.cases.js';
import { attempt, folder, helloOf, kinds, ownFolder, start, untilAsync, withTls } from './tls-kinds.cases.js';
import { asClient, type CertificateFolder, dialWith, ours, trusting } from './tls-stage.cases.js';

const foreign = makeTestCertificates();

for (const { name, transport, create, dial, clients } of kinds) {
  const load = withTls(create, clients ? folder.withClients : folder.files);
  describeListener({ name, transport, load, dial: dialWith(dial, asClient) });
}

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
    const own = ownFolder(ours.server, ours.ca);
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
    const own = ownFolder(ours.server, ours.ca);
    spoil(own);
    const error = await listen(own.files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: ErrorCode.CONFIG_INVALID });
    for (const text of texts) expect((error as Error).message).toContain(text);
  });
});
