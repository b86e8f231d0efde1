import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from './make-certificate.js';
import { makeTestCertificates } from './test-certificates.js';

const from = new Date('2026-01-02T03:04:05Z');
const day = (year: number): Date => new Date(`${year}-06-01T00:00:00Z`);

describe('makeCertificate', () => {
  it('makes a chain that verifies', () => {
    const { ca, server, client } = makeTestCertificates();
    const authority = new X509Certificate(ca.cert);
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    for (const each of [server, client]) {
      const certificate = new X509Certificate(each.cert);
      expect(certificate.ca).toBe(false);
      expect(certificate.checkIssued(authority)).toBe(true);
      expect(certificate.verify(authority.publicKey)).toBe(true);
      expect(certificate.checkPrivateKey(createPrivateKey(each.key))).toBe(true);
      expect(each.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    }
    const foreign = new X509Certificate(makeTestCertificates().client.cert);
    expect(foreign.verify(authority.publicKey)).toBe(false);
  });

  it('writes names of every kind', () => {
    const names = ['localhost', '127.0.0.1', '::1', '2001:db8::1:0:ff', '1:2:3:4:5:6:7:8', 'urn:station:CS001'];
    const options = { commonName: 'Stätion', use: 'server', names, validFrom: from, validTo: day(2030) } as const;
    const certificate = new X509Certificate(makeCertificate(options).cert);
    expect(certificate.subject).toBe('CN=Stätion');
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:1:0:FF, IP Address:1:2:3:4:5:6:7:8, URI:urn:station:CS001',
    );
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it.each([
    [2049, 'Jun  1 00:00:00 2049 GMT'],
    [2050, 'Jun  1 00:00:00 2050 GMT'],
    [2126, 'Jun  1 00:00:00 2126 GMT'],
  ])('is valid until %i', (year, text) => {
    const options = { commonName: 'x', use: 'client', validFrom: from, validTo: day(year) } as const;
    const certificate = new X509Certificate(makeCertificate(options).cert);
    expect([certificate.validFrom, certificate.validTo]).toEqual(['Jan  2 03:04:05 2026 GMT', text]);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)('is what openssl takes, strictly (skipped without openssl)', () => {
    const dir = mkdtempSync(join(tmpdir(), 'polywire-certificates-'));
    const { ca, server, client } = makeTestCertificates();
    for (const [name, { cert }] of Object.entries({ ca, server, client })) writeFileSync(join(dir, name), cert);
    for (const [name, purpose] of [
      ['server', 'sslserver'],
      ['client', 'sslclient'],
    ] as const) {
      const args = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', join(dir, 'ca'), join(dir, name)];
      const { stdout, stderr, status } = spawnSync('openssl', args, { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain(': OK');
    }
    const wrong = ['verify', '-purpose', 'sslserver', '-CAfile', join(dir, 'ca'), join(dir, 'client')];
    expect(spawnSync('openssl', wrong).status).not.toBe(0);
    rmSync(dir, { recursive: true });
  });
});
