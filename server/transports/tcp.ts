import { Buffer } from 'node:buffer';
import { createServer, type Server, type Socket } from 'node:net';
import { ABNORMAL_CLOSURE, Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import { listenOn } from './listen-on.js';
import type { CreateListener, Listener, ListenerHost, ListenerOptions } from './listener.js';

/** A peer that is silent this long is probed by the kernel, and cut off when it does not answer. */
const KEEP_ALIVE_MS = 60_000;
/** A peer that ended its side is answered until nothing was sent for this long. */
const QUIET_AFTER_END_MS = 200;
const NORMAL_CLOSURE = 1000;

class TcpLink extends Link {
  readonly transport = 'tcp';
  readonly #socket: Socket;
  #quietTimer: NodeJS.Timeout | undefined;
  #error: Error | undefined;

  constructor(registry: LinkRegistry, socket: Socket) {
    super(registry, `${socket.remoteAddress}:${socket.remotePort}`, undefined);
    this.#socket = socket;
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('drain', () => this.drained());
    socket.on('end', () => this.#onPeerEnd());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => {
      clearTimeout(this.#quietTimer);
      if (this.#error === undefined) this.ended(NORMAL_CLOSURE, '');
      else this.ended(ABNORMAL_CLOSURE, this.#error.message);
    });
  }

  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#socket.writableLength;
  }

  protected write(bytes: Uint8Array): void {
    // The socket keeps a reference to what it cannot write at once.
    this.writeKept(Buffer.from(bytes));
  }

  protected override writeKept(bytes: Uint8Array): void {
    this.#socket.write(bytes);
    this.#quietTimer?.refresh();
  }

  protected beginClose(): void {
    clearTimeout(this.#quietTimer);
    this.#socket.end();
  }

  protected cut(): void {
    this.#socket.destroy();
  }

  #onPeerEnd(): void {
    if (!this.isOpen) return;
    if (this.receiveEnd()) return;
    this.#quietTimer = setTimeout(() => this.close(NORMAL_CLOSURE, ''), QUIET_AFTER_END_MS);
  }
}

class TcpListener implements Listener {
  readonly name = 'tcp';
  readonly #options: ListenerOptions;
  readonly #host: ListenerHost;
  readonly #registry: LinkRegistry;
  readonly #server: Server;
  #port = 0;
  #closing: Promise<void> | undefined;

  constructor(options: ListenerOptions, host: ListenerHost) {
    this.#options = options;
    this.#host = host;
    this.#registry = new LinkRegistry(options, host);
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // Node tells of a drained socket only when this much waited, so it has to be the same mark.
      highWaterMark: this.#registry.highWaterBytes,
    });
    this.#server.on('connection', (socket) => this.#accept(socket));
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
    if (this.#registry.isFull) return void socket.destroy();
    new TcpLink(this.#registry, socket).start((connection) => this.#host.accept(connection));
  }

  publish(groupId: number, bytes: Uint8Array): void {
    this.#registry.deliver(groupId, bytes);
  }

  stopAccepting(): void {
    this.#closing ??= new Promise((resolve) => {
      // An error says that the server was not listening.
      this.#server.close(() => resolve());
    });
  }

  async close(): Promise<void> {
    this.stopAccepting();
    await Promise.all([this.#registry.terminateAll(), this.#closing]);
  }
}

/** The listener on plain TCP. */
export const createTcpListener: CreateListener = (options, host) => new TcpListener(options, host);
