import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connect, PolywireError } from '@polywire/sdk';
import { makeTestCertificates } from '@polywire/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type ServerOptions } from '../../server/create-server.js';
import { tcp, ws } from '../../server/listeners.js';
import { createLogger } from '../../server/log.js';
import type { PolywireServer } from '../../server/server.js';
import { RawWebSocket } from '../kit/raw-websocket.js';
import { temporaryDirectory } from '../kit/run-server.js';
import { until } from './wires/relay-peer.js';

const made = makeTestCertificates({ client: 'CS001' });
const tls = { ca: made.ca.cert, ...made.client };

describe('client ids from client certificates', () => {
  const files = temporaryDirectory();
  const file = (name: string): string => join(files.path, name);
  let server: PolywireServer | undefined;
  let log = '';

  beforeAll(() => {
    mkdirSync(files.path, { recursive: true });
    writeFileSync(file('ca.pem'), made.ca.cert);
    writeFileSync(file('cert.pem'), made.server.cert);
    writeFileSync(file('key.pem'), made.server.key);
  });
  afterEach(async () => {
    await server?.close({ drainMs: 0 });
    log = '';
  });
  afterAll(() => files.remove());

  const start = async (options: Partial<ServerOptions> = {}): Promise<PolywireServer> => {
    const secured = {
      port: 0,
      tlsCert: file('cert.pem'),
      tlsKey: file('key.pem'),
      tlsCa: file('ca.pem'),
      tlsClientCert: 'required',
      clientIdFrom: 'certificate',
    } as const;
    const ofText = options.auth === undefined ? {} : { permissions: ['data'] };
    server = await createServer({
      listeners: [tcp(secured), ws(secured), ws({ ...secured, dialect: 'text', ...ofText })],
      logger: createLogger({ level: 'info', write: (line) => (log += line) }),
      ...options,
    });
    return server;
  };
  const portOf = (index: number): number => Number(new URL(server?.addresses[index] as string).port);
  const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
    const thrown = await attempt.then(
      () => 'nothing was thrown',
      (error: unknown) => error,
    );
    return PolywireError.is(thrown) ? `${thrown.codeName}: ${thrown.message}` : String(thrown);
  };

  it.each([
    [0, 'tcps'],
    [1, 'wss'],
  ])('native sessions have it, said or not, and no other (listener %i, %s)', async (index) => {
    const url = (await start()).addresses[index] as string;
    for (const options of [{ tls }, { tls, clientId: 'CS001' }]) {
      const client = await connect(url, options);
      await client.data.store({ key: 'k', value: Buffer.from('x') });
      expect(server?.sessions().map(({ clientId }) => clientId)).toEqual(['CS001']);
      expect(await server?.data('CS001').keys()).toEqual(['k']);
      await client.close();
      await until(() => server?.sessions().length === 0, 'the end of the session');
    }
    const refused = await codeOf(connect(url, { tls, clientId: 'CS002' }));
    expect(refused).toMatch(/^PERMISSION_DENIED: the client id is not permitted: .* another client/);
    expect(await server?.data('CS002').keys()).toEqual([]);
  });

  it.each([1, 2])('text sessions have it, with a path that says it or none (listener %i)', async (index) => {
    await start();
    for (const path of ['/ocpp/CS001', '/ocpp/']) {
      const socket = await RawWebSocket.open(portOf(index), path, { tls });
      expect(socket.status).toBe(101);
      expect(await socket.ask('STORE:k:text')).toBe('STORED:k:text');
      socket.destroy();
    }
    expect(await server?.data('CS001').read('k')).toBe('text');
    expect((await RawWebSocket.open(portOf(index), '/ocpp/CS002', { tls })).status).toBe(403);
    expect(await server?.data('CS002').keys()).toEqual([]);
  });

  it('tokens go with it: one of another client is refused', async () => {
    const permissions = ['*'];
    await start({
      auth: {
        anonymous: ['data'],
        tokens: [
          { token: 'of CS001', clientId: 'CS001', permissions },
          { token: 'of CS002', clientId: 'CS002', permissions },
          { token: 'of all', permissions },
        ],
      },
    });
    const url = server?.addresses[0] as string;
    for (const token of ['of CS001', 'of all', undefined]) {
      for (const clientId of ['CS001', undefined]) {
        const given = { tls, ...(token !== undefined && { token }), ...(clientId !== undefined && { clientId }) };
        const client = await connect(url, given);
        await client.data.listKeys({});
        expect(server?.sessions().at(-1)?.clientId).toBe('CS001');
        await client.close();
      }
    }
    expect(await codeOf(connect(url, { tls, token: 'of CS002' }))).toMatch(/^PERMISSION_DENIED/);
    expect(await codeOf(connect(url, { tls, token: 'of all', clientId: 'CS002' }))).toMatch(/^PERMISSION_DENIED/);
  });

  it('handshakes that fail are counted, and logged once in a while', async () => {
    await start();
    const foreign = makeTestCertificates().client;
    for (let round = 0; round < 3; round++) {
      for (const options of [{}, foreign]) {
        const socket = connectTls({ port: portOf(0), host: '127.0.0.1', ca: made.ca.cert, ...options });
        await new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
      }
    }
    await until(() => server?.stats().handshakesFailed === 6, 'six failures');
    const lines = log.split('\n').filter((line) => line.includes('TLS handshake failed'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('127.0.0.1: ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
    expect(server?.sessions()).toEqual([]);
  });

  it('needs client certificates, and a wire that has ids', async () => {
    const refused = (listener: Parameters<typeof tcp>[0]): Promise<string> =>
      codeOf(createServer({ listeners: [tcp({ port: 0, clientIdFrom: 'certificate', ...listener })] }));
    expect(await refused({})).toContain('needs tls_client_cert = "required"');
    const secured = { tlsCert: file('cert.pem'), tlsKey: file('key.pem'), tlsCa: file('ca.pem') };
    const kv = { ...secured, tlsClientCert: 'required', dialect: 'kv' } as const;
    expect(await refused(kv)).toContain('clients of the wire kv have no ids');
  });
});
