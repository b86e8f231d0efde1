import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import type { Certificate } from '../certificates/make-certificate.js';
import { makeTestCertificates } from '../certificates/test-certificates.js';
import type { TlsFiles } from './listener.js';
import { type Dial, type Peer, peerOn } from './peer.cases.js';

/** The files of a TLS listener in a directory of their own. */
export class CertificateFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'polywire-tls-'));
  readonly files: TlsFiles = {
    cert: join(this.path, 'server.pem'),
    key: join(this.path, 'key.pem'),
    clientCa: undefined,
  };
  readonly withClients: TlsFiles = { ...this.files, clientCa: join(this.path, 'ca.pem') };

  constructor(server: Certificate, clientCa?: Certificate) {
    this.put(server, clientCa);
  }

  put(server: Certificate, clientCa?: Certificate): void {
    writeFileSync(this.files.cert, server.cert);
    writeFileSync(this.files.key, server.key);
    if (clientCa !== undefined) writeFileSync(join(this.path, 'ca.pem'), clientCa.cert);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const ours = makeTestCertificates({ client: 'CS001' });
export const trusting: ConnectionOptions = { ca: ours.ca.cert };
export const asClient: ConnectionOptions = { ...trusting, ...ours.client };

/** A TLS peer. It resolves once the handshake is over on its side. */
export function dialTcpTls(port: number, options: ConnectionOptions = trusting): Promise<Peer> {
  return new Promise((resolve, reject) => {
    const raw = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    raw.on('error', reject);
    const socket = connectTls({ ...options, socket: raw, host: '127.0.0.1' });
    const peer = peerOn(socket, raw);
    socket.on('error', reject);
    socket.once('secureConnect', () => resolve(peer));
  });
}

export function dialWss(port: number, options: ConnectionOptions = trusting): Promise<Peer> {
  return new Promise((resolve, reject) => {
    let raw: Socket;
    const webSocket = new WebSocket(`wss://127.0.0.1:${port}/polywire`, {
      maxPayload: 1 << 30,
      createConnection: () => {
        raw = connectTcp({ port, host: '127.0.0.1', noDelay: true });
        raw.on('error', reject);
        return connectTls({ ...options, socket: raw, host: '127.0.0.1' });
      },
    });
    const received: Buffer[] = [];
    const closed = new Promise<number>((done) => webSocket.once('close', (code) => done(code)));
    webSocket.on('message', (bytes) => received.push(bytes as Buffer));
    webSocket.on('error', reject);
    webSocket.once('open', () =>
      resolve({
        received,
        closed,
        send: (bytes) => webSocket.send(bytes),
        pause: () => webSocket.pause(),
        resume: () => webSocket.resume(),
        end: () => webSocket.close(1000),
        reset: () => void raw.resetAndDestroy(),
      }),
    );
  });
}

/** A dialler for the cases that every listener has. */
export function dialWith(dial: typeof dialWss, options: ConnectionOptions): Dial {
  return (port) => dial(port, options);
}
