import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { polywire } from '../../test/polywire.js';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'polywire-certs-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('certs', () => {
  it('writes three certificates with their keys, and prints the files', async () => {
    const out = join(dir, 'new', 'certs');
    const args = [
      'certs',
      '--out',
      out,
      '--host',
      'station.example',
      '--host',
      '10.0.0.7',
      '--client',
      'CS 1',
      '--days',
      '2',
    ];
    const { code, stdout, stderr } = await polywire(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = ['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem', 'client.pem', 'client-key.pem'];
    expect(stdout).toBe(names.map((name) => `${join(out, name)}\n`).join(''));
    const read = (name: string) => new X509Certificate(readFileSync(join(out, name)));
    const [ca, server, client] = [read('ca.pem'), read('server.pem'), read('client.pem')];
    expect(server.checkIssued(ca) && client.checkIssued(ca)).toBe(true);
    expect(server.subjectAltName).toBe('DNS:station.example, IP Address:10.0.0.7');
    expect(client.subject).toBe('CN=CS 1');
    expect(Date.parse(server.validTo) - Date.parse(server.validFrom)).toBe(2 * 86_400_000);
    expect(statSync(join(out, 'client-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('keeps existing files unless told otherwise', async () => {
    const out = join(dir, 'kept');
    await polywire(['certs', '--out', out]);
    const before = readFileSync(join(out, 'ca.pem'), 'utf8');
    const refused = await polywire(['certs', '--out', out]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(join(out, 'ca.pem'), 'utf8')).toBe(before);
    const forced = await polywire(['certs', '--out', out, '--force', '--json']);
    expect(forced.code).toBe(0);
    expect(JSON.parse(forced.stdout).files).toHaveLength(6);
    expect(readFileSync(join(out, 'ca.pem'), 'utf8')).not.toBe(before);
  });
});
