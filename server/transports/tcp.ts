import { Buffer } from 'node:buffer';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { ABNORMAL_CLOSURE, Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import { listenOn } from './listen-on.js';
import type { CreateListener, Listener, ListenerHost, ListenerOptions, PeerCertificate } from './listener.js';
import { peerCertificateOf } from './peer-certificate.js';
import { QuietEnd } from './quiet-end.js';
import { readShared } from './read-buffer.js';
import { readTlsFiles, TlsKeeper } from './tls-files.js';
import { WriteBuffer } from './write-buffer.js';

/** A peer that is silent this long is probed by the kernel, and cut off when it does not answer. */
const KEEP_ALIVE_MS = 60_000;
const NORMAL_CLOSURE = 1000;

const writeBuffer = new WriteBuffer();

class TcpLink extends Link {
  readonly transport = 'tcp';
  readonly #socket: Socket;
  /** A TLS socket cannot be given a high-water mark, so its drain event may be missing. */
  readonly #onWritten: (() => void) | undefined;
  readonly #certificate: PeerCertificate | undefined;
  /** The peer has ended its side. */
  #quiet: QuietEnd | undefined;
  #error: Error | undefined;

  constructor(registry: LinkRegistry, accepted: Socket) {
    super(registry, `${accepted.remoteAddress}:${accepted.remotePort}`);
    this.#certificate = peerCertificateOf(accepted);
    const onBytes = (bytes: Uint8Array) => this.receive(bytes);
    let socket = accepted;
    if (accepted instanceof TLSSocket) {
      this.#onWritten = () => this.drained();
      accepted.on('data', onBytes);
    } else socket = readShared(accepted, registry.highWaterBytes, onBytes);
    this.#socket = socket;
    socket.on('drain', () => this.drained());
    socket.on('end', () => this.#onPeerEnd());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => {
      if (this.#error === undefined) this.ended(NORMAL_CLOSURE, '');
      else this.ended(ABNORMAL_CLOSURE, this.#error.message);
    });
  }

  override get peerCertificate(): PeerCertificate | undefined {
    return this.#certificate;
  }

  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#socket.writableLength;
  }

  pause(): void {
    if (this.isOpen) this.#socket.pause();
  }

  resume(): void {
    if (this.isOpen) this.#socket.resume();
  }

  protected write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    // The socket keeps a reference to what it cannot write at once; one with TLS never writes at once.
    const mayWait = this.#onWritten !== undefined || socket.writableLength > 0;
    const lent = mayWait ? undefined : writeBuffer.copy(bytes);
    this.writeKept(lent ?? Buffer.from(bytes));
    if (socket.writableLength === 0) return true;
    if (lent !== undefined) writeBuffer.giveAway();
    return false;
  }

  protected writeText(text: string | Uint8Array): void {
    this.writeKept(typeof text === 'string' ? Buffer.from(text) : Buffer.from(text));
  }

  protected override writeKept(bytes: Uint8Array): void {
    this.#socket.write(bytes, this.#onWritten);
    this.#quiet?.sent();
  }

  protected beginClose(): void {
    this.#quiet?.drop();
    this.#socket.end();
    // A socket that is not read never sees the peer's end.
    this.#socket.resume();
  }

  protected cut(): void {
    this.#socket.destroy();
  }

  #onPeerEnd(): void {
    if (!this.isOpen) return;
    if (this.receiveEnd()) return;
    this.#quiet = new QuietEnd(this.registry.deadlines, () => this.close(NORMAL_CLOSURE, ''));
  }
}

class TcpListener implements Listener {
  readonly name: string;
  readonly #options: ListenerOptions;
  readonly #host: ListenerHost;
  readonly #registry: LinkRegistry;
  readonly #server: Server;
  #port = 0;
  #closing: Promise<void> | undefined;
  #tlsKeeper: TlsKeeper | undefined;

  constructor(options: ListenerOptions, host: ListenerHost) {
    this.#options = options;
    this.#host = host;
    this.#registry = new LinkRegistry(options, host);
    const { tls } = options;
    this.name = tls === undefined ? 'tcp' : 'tcp-tls';
    const socketOptions = {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // Node tells of a drained socket only when this much waited, so it has to be the same mark.
      highWaterMark: this.#registry.highWaterBytes,
    };
    if (tls === undefined) {
      this.#server = createServer({ ...socketOptions, pauseOnConnect: true });
      this.#server.on('connection', (socket) => this.#accept(socket));
    } else {
      const server = createTlsServer({ ...socketOptions, ...readTlsFiles(tls) });
      server.on('secureConnection', (socket) => this.#accept(socket));
      this.#tlsKeeper = new TlsKeeper(server, tls, options.maxConnections, host);
      this.#server = server;
    }
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#registry.size;
  }

  async listen(): Promise<void> {
    this.#port = await listenOn(this.#server, this.#options.host, this.#options.port);
    this.#server.on('error', (error) => this.#host.onError(error));
  }

  #accept(socket: Socket): void {
    if (this.#registry.refusal() !== undefined) return void socket.destroy();
    new TcpLink(this.#registry, socket).start((connection) => this.#host.accept(connection));
  }

  publish(groupId: number, bytes: Uint8Array): void {
    this.#registry.deliver(groupId, bytes);
  }

  stopAccepting(): void {
    this.#tlsKeeper?.endWatch();
    this.#closing ??= new Promise((resolve) => {
      // An error says that the server was not listening.
      this.#server.close(() => resolve());
    });
  }

  async close(): Promise<void> {
    this.stopAccepting();
    const terminated = this.#registry.terminateAll();
    this.#tlsKeeper?.destroyAll();
    await Promise.all([terminated, this.#closing]);
  }
}

/** The listener on TCP, with TLS or without. */
export const createTcpListener: CreateListener = (options, host) => new TcpListener(options, host);
