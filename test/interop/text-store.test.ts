import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestCertificates } from '@polywire/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import { ws } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';
import { pythonWith } from '../kit/python-packages.js';
import { temporaryDirectory } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';
import { expectTranscript, runClient, saySkipped } from './client-program.js';

const folder = join(root, 'test/interop/text-store');
const python = pythonWith('relay', ['websockets==15.0.1']);
if (python.path === undefined) saySkipped('the text store with a client in Python', python.reason);

const clients = [
  { library: 'ws of Node', program: process.execPath, script: 'client.mjs', isMissing: false },
  { library: 'websockets of Python', program: python.path ?? '', script: 'client.py', isMissing: !python.path },
];

describe.each(clients)('the text store with $library', ({ program, script, isMissing }) => {
  const certs = temporaryDirectory();
  const file = (name: string): string => join(certs.path, name);
  let server: PolywireServer;

  beforeAll(() => {
    const { ca, server: own, client } = makeTestCertificates();
    mkdirSync(certs.path, { recursive: true });
    for (const [name, { cert, key }] of Object.entries({ ca, own, client })) {
      writeFileSync(file(`${name}.pem`), cert);
      writeFileSync(file(`${name}-key.pem`), key);
    }
  });
  afterEach(async () => {
    await server?.close({ drainMs: 0 });
  });
  afterAll(() => certs.remove());

  const run = (args: readonly string[]): Promise<string> => {
    const url = (server.addresses[0] as string).replace(/(:\d+)\/.*$/, '$1');
    return runClient(program, [join(folder, script), url, ...args]);
  };

  it.skipIf(isMissing)('sees what the transcript says at the main port', { timeout: 60_000 }, async () => {
    server = await createServer({ listeners: [ws({ port: 0 })] });
    expectTranscript(await run([]), join(folder, 'transcript.txt'));
  });

  it.skipIf(isMissing)('sees the same over TLS, and nothing without a certificate', { timeout: 60_000 }, async () => {
    const files = { tlsCert: file('own.pem'), tlsKey: file('own-key.pem'), tlsCa: file('ca.pem') };
    server = await createServer({ listeners: [ws({ port: 0, dialect: 'text', ...files, tlsClientCert: 'required' })] });
    const certificate = [file('ca.pem'), file('client.pem'), file('client-key.pem')];
    expectTranscript(await run(certificate), join(folder, 'transcript.txt'));
    expect(await run(certificate.slice(0, 1))).toBe('refused\n');
  });
});
