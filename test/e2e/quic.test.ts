import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runConformance } from '@polywire/conformance';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect, type NodeConnectOptions } from '@polywire/sdk';
import { createServer, makeTestCertificates, memory, type PolywireServer, quic } from '@polywire/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../rules/source-files.js';

const BINDING = '@matrixai/quic/native/quiche.js';
const loads = await import(BINDING).then(
  () => true,
  () => false,
);
const platform = `${process.platform}-${process.arch}`;
if (!loads) process.stderr.write(`SKIPPED: QUIC: @matrixai/quic has no binary for ${platform}\n`);

describe.skipIf(!loads)('QUIC from the configuration to the client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'polywire-quic-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const certificates = makeTestCertificates({ hosts: ['localhost'] });
  const identity = {
    tlsCert: file('server.pem', certificates.server.cert),
    tlsKey: file('key.pem', certificates.server.key),
  };
  const clientCertificates = { tlsCa: file('ca.pem', certificates.ca.cert), tlsClientCert: 'required' } as const;
  let server: PolywireServer;
  let ownMade: string;
  let byName: string;
  let withClients: string;

  beforeAll(async () => {
    server = await createServer({
      store: memory(),
      conformance: true,
      listeners: [
        quic({ port: 0 }),
        quic({ port: 0, ...identity }),
        quic({ port: 0, ...identity, ...clientCertificates }),
        quic({ port: 0, alpn: ['msgtrans'] }),
      ],
    });
    [ownMade = '', byName = '', withClients = ''] = server.addresses;
  });
  afterAll(async () => {
    await server?.close({ drainMs: 0 });
    rmSync(folder, { recursive: true });
  });

  const named = (url: string): string => url.replace('127.0.0.1', 'localhost');
  const { ca, client } = certificates;
  const shown = { cert: client.cert, key: client.key };
  const outcome = async (url: string, tls?: NodeConnectOptions['tls']): Promise<string> => {
    try {
      const connected = await connect(url, { connectTimeoutMs: 3000, ...(tls && { tls }) });
      await connected.kv.set({ key: 'k', value: new Uint8Array(1_000_000).fill(7) });
      const { value } = await connected.kv.get({ key: 'k' });
      await connected.close();
      return `${value.length} bytes`;
    } catch (thrown) {
      return String(thrown);
    }
  };

  it.each<[string, () => Promise<string>, string | RegExp]>([
    ['takes any certificate when told so', () => outcome(ownMade, { insecure: true }), '1000000 bytes'],
    ['takes a certificate of the CA it is given', () => outcome(named(byName), { ca: ca.cert }), '1000000 bytes'],
    ['takes bytes for PEM', () => outcome(named(byName), { ca: Buffer.from(ca.cert) }), '1000000 bytes'],
    ['shows its own certificate', () => outcome(named(withClients), { ca: ca.cert, ...shown }), '1000000 bytes'],
    [
      'refuses a certificate that nobody signed, and says what to pass',
      () => outcome(ownMade),
      /the server's certificate is not trusted .*unknown_ca.*tls\.ca.*tls: \{ insecure: true \}/,
    ],
    ['refuses a certificate for another name', () => outcome(byName, { ca: ca.cert }), /it is not for 127\.0\.0\.1/],
    [
      'says when a client certificate is asked for',
      () => outcome(named(withClients), { ca: ca.cert }),
      /the server did not take this client's certificate .*tls\.cert and tls\.key/,
    ],
    [
      'says when the server does not offer its application protocol',
      () => outcome(server.addresses[3] ?? '', { insecure: true }),
      /does not offer the application protocol polywire .*alpn/,
    ],
    ['says when there is no server', () => outcome('quic://127.0.0.1:9', { insecure: true }), /ECONNREFUSED/],
    [
      'says when PEM is none',
      () => outcome(ownMade, { cert: 'nonsense', key: 'nonsense' }),
      /tls\.ca, tls\.cert or tls\.key cannot be used/,
    ],
  ])('%s', async (_what, run, expected) => {
    expect(await run()).toMatch(expected);
  });

  it('withdraws and gives up connecting', async () => {
    const silent = 'quic://192.0.2.1:8003';
    const aborted = connect(silent, { signal: AbortSignal.abort(), tls: { insecure: true } });
    await expect(aborted).rejects.toMatchObject({ code: ErrorCode.CANCELLED });
    const late = connect(silent, { connectTimeoutMs: 100, tls: { insecure: true } });
    await expect(late).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
  });

  it('tells a client that the server has gone', async () => {
    const other = await createServer({ listeners: [quic({ port: 0 })], store: memory() });
    const connected = await connect(other.addresses[0] ?? '', { tls: { insecure: true }, reconnect: false });
    const call = connected.kv.get({ key: 'k' }).catch(() => undefined);
    await other.close({ drainMs: 0 });
    await call;
    await expect(connected.kv.get({ key: 'k' })).rejects.toMatchObject({ code: ErrorCode.DRAINING });
  });

  it('passes the conformance suite', { timeout: 120_000 }, async () => {
    const result = await runConformance({ target: ownMade });
    const failed = result.cases.filter((each) => each.verdict === 2).map((each) => `${each.path}: ${each.text}`);
    expect(failed).toEqual([]);
    expect(result.passed).toBeGreaterThan(200);
    process.stderr.write(`quic: ${result.passed} passed, ${result.skipped} skipped\n`);
  });
});

describe('without the binary of QUIC', () => {
  const moduleOf = (code: string): string => `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  /** Runs code in a Node in which @matrixai/quic cannot be loaded. */
  const run = (code: string): string => {
    const hide = `export const resolve = (name, context, next) => {
      if (name.startsWith('@matrixai/quic')) throw new Error('no such package');
      return next(name, context);
    };`;
    const register = `import { register } from 'node:module'; register('${moduleOf(hide)}');`;
    const args = ['--import', moduleOf(register), '--input-type=module', '-e', code];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 15_000 });
    return stdout + stderr;
  };

  it('the SDK says what is missing, and dials everything else', () => {
    const output = run(`
      import { connect } from '@polywire/sdk';
      import { createServer, memory, tcp } from '@polywire/server';
      const server = await createServer({ listeners: [tcp({ port: 0 })], store: memory() });
      const client = await connect(server.addresses[0]);
      await client.kv.set({ key: 'k', value: new Uint8Array(3) });
      console.log((await client.kv.get({ key: 'k' })).value.length, 'bytes');
      await client.close();
      await server.close({ drainMs: 0 });
      await connect('quic://127.0.0.1:8003').catch((error) => console.log(error.codeName, error.message));
    `);
    expect(output).toContain('3 bytes');
    expect(output).toContain(
      `UNIMPLEMENTED quic:// cannot be dialled on ${platform}: the optional package @matrixai/quic`,
    );
  });

  it('the server says what is missing', () => {
    const output = run(`
      import { createServer, memory, quic } from '@polywire/server';
      await createServer({ listeners: [quic({ port: 0 })], store: memory() }).catch((error) => console.log(error.codeName, error.message));
    `);
    expect(output).toContain(`UNIMPLEMENTED QUIC is not available on ${platform}: the optional package @matrixai/quic`);
  });
});
