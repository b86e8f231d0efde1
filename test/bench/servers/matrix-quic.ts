// The JavaScript layer of @matrixai/quic: what comes on a stream goes back on it.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { events, QUICServer } from '@matrixai/quic';
import { makeTestCertificates } from '../../../server/certificates/test-certificates.js';
import { ready } from './ready.js';

const signature = (key: ArrayBuffer, data: ArrayBuffer): Buffer =>
  createHmac('sha256', Buffer.from(key)).update(Buffer.from(data)).digest();
const { cert, key } = makeTestCertificates().server;
const server = new QUICServer({
  config: { key, cert, verifyPeer: false, maxIdleTimeout: 60_000 },
  crypto: {
    key: new Uint8Array(randomBytes(32)).buffer,
    ops: {
      sign: async (secret, data) => new Uint8Array(signature(secret, data)).buffer,
      verify: async (secret, data, given) => timingSafeEqual(signature(secret, data), Buffer.from(given)),
    },
  },
});
server.addEventListener(events.EventQUICServerConnection.name, (opened) => {
  const connection = (opened as InstanceType<typeof events.EventQUICServerConnection>).detail;
  connection.addEventListener(events.EventQUICConnectionStream.name, (event) => {
    const stream = (event as InstanceType<typeof events.EventQUICConnectionStream>).detail;
    stream.readable.pipeTo(stream.writable).catch(() => {});
  });
});
await server.start({ host: '127.0.0.1', port: 0 });
ready({ quic: server.port });
