import { Buffer } from 'node:buffer';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Timer } from '@polywire/sdk/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../clock.js';
import { answerHttp, type HttpAnswer, statusLine } from './answer-http.js';
import { decideUpgrade } from './decide-upgrade.js';
import { Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import { listenOn } from './listen-on.js';
import type { Listener, ListenerHost, ListenerOptions, PeerCertificate } from './listener.js';
import { peerCertificateOf } from './peer-certificate.js';
import { readTlsFiles, TlsKeeper } from './tls-files.js';
import { KeptUpgradeRequest } from './upgrade-request.js';

/** A peer that is silent, and does not answer the ping sent a quarter before, is cut off after this. */
const IDLE_TIMEOUT_MS = 60_000;
/** Time for a request to arrive as a whole. */
const REQUEST_TIMEOUT_MS = 10_000;

const PROTOCOL_ERROR = 1002;
const closeCodeOfError: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};

class WsLink extends Link {
  readonly transport = 'ws';
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #certificate: PeerCertificate | undefined;
  /** A TLS socket cannot be given a high-water mark, so its drain event may be missing. */
  readonly #onWritten: (() => void) | undefined;
  #bytesRead = 0;
  #queued = 0;
  #quietTicks = 0;

  constructor(registry: LinkRegistry, webSocket: WebSocket, socket: Socket, certificate: PeerCertificate | undefined) {
    super(registry, `${socket.remoteAddress}:${socket.remotePort}`);
    this.#certificate = certificate;
    if (socket instanceof TLSSocket) this.#onWritten = () => this.drained();
    this.#webSocket = webSocket;
    this.#socket = socket;
    webSocket.on('message', (data, isBinary) => {
      // One Buffer a message: that is what the binary type "nodebuffer", the default, means.
      if (isBinary) this.receive(data as Buffer);
      else this.receiveText((data as Buffer).toString());
    });
    // The library has sent a close frame for it already; this takes part in the closing.
    webSocket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR_')) this.close(closeCodeOfError[error.code] ?? PROTOCOL_ERROR, error.message);
    });
    webSocket.on('close', (code, reason) => this.ended(code, reason.toString()));
    socket.on('drain', () => this.drained());
  }

  override get peerCertificate(): PeerCertificate | undefined {
    return this.#certificate;
  }

  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#webSocket.bufferedAmount;
  }

  protected write(bytes: Uint8Array): boolean {
    this.writeKept(Buffer.from(bytes));
    return false;
  }

  protected writeText(text: string | Uint8Array): void {
    this.#webSocket.send(typeof text === 'string' ? text : Buffer.from(text), { binary: false }, this.#onWritten);
  }

  protected override writeKept(bytes: Uint8Array): void {
    this.#webSocket.send(bytes, { binary: true }, this.#onWritten);
  }

  protected beginClose(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  protected cut(): void {
    this.#webSocket.terminate();
  }

  /** Called four times per idle timeout: pings a silent peer at the third quiet call, cuts it off at the fourth. */
  tick(): void {
    const { bytesRead } = this.#socket;
    const { queuedBytes } = this;
    const isActive = bytesRead !== this.#bytesRead || queuedBytes < this.#queued;
    this.#bytesRead = bytesRead;
    this.#queued = queuedBytes;
    this.#quietTicks = isActive ? 0 : this.#quietTicks + 1;
    if (this.#quietTicks === 3 && this.isOpen) this.#webSocket.ping();
    if (this.#quietTicks >= 4) this.cut();
  }
}

class WsListener implements Listener {
  readonly name: string;
  readonly #server: HttpServer | HttpsServer;
  readonly #webSocketServer: WebSocketServer;
  readonly #registry: LinkRegistry;
  #idleTimer: Timer | undefined;
  #protocol = '';
  #port = 0;
  #accepting = false;
  #closing: Promise<void> | undefined;
  #tlsKeeper: TlsKeeper | undefined;

  constructor(
    private readonly options: ListenerOptions,
    private readonly host: ListenerHost,
    idleTimeoutMs: number,
  ) {
    this.#registry = new LinkRegistry(options, host);
    const { tls } = options;
    this.name = tls === undefined ? 'ws-node' : 'ws-node-tls';
    const httpOptions = {
      noDelay: true,
      // Node tells of a drained socket only when this much waited, so it has to be the same mark.
      highWaterMark: this.#registry.highWaterBytes,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    };
    if (tls === undefined) this.#server = createServer(httpOptions);
    else {
      const server = createHttpsServer({ ...httpOptions, ...readTlsFiles(tls) });
      this.#tlsKeeper = new TlsKeeper(server, tls, options.maxConnections, host);
      this.#server = server;
    }
    this.#webSocketServer = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
      handleProtocols: () => this.#protocol || false,
    });
    this.#server.on('request', (request, response) => this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#lookAfter(idleTimeoutMs / 4);
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#registry.size;
  }

  async listen(): Promise<void> {
    this.#port = await listenOn(this.#server, this.options.host, this.options.port);
    this.#server.on('error', (error) => this.host.onError(error));
    this.#accepting = true;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const method = request.method ?? 'GET';
    const [path] = splitUrl(request.url);
    const { status, headers, body } = answerHttp(this.host, method, path);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? '' : body);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer may reset the connection before the WebSocket takes over the handling of errors.
    socket.on('error', () => socket.destroy());
    const [path, query] = splitUrl(request.url);
    if (request.method !== 'GET') {
      refuse(socket, answerHttp(this.host, request.method ?? '', path), request.method === 'HEAD');
      return;
    }
    const kept = new KeptUpgradeRequest(path, query, headerPairs(request), peerCertificateOf(socket as Socket));
    const outcome = decideUpgrade(this.host, this.#registry, kept, this.#accepting);
    if (outcome.refusal !== undefined) {
      refuse(socket, outcome.refusal, false);
      return;
    }
    // Both calls below are made before handleUpgrade returns.
    this.#protocol = outcome.protocol;
    this.#webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      new WsLink(this.#registry, webSocket, socket as Socket, kept.peerCertificate).start(outcome.accept);
    });
  }

  #lookAfter(delayMs: number): void {
    this.#idleTimer = systemClock.setTimer(delayMs, () => {
      this.#lookAfter(delayMs);
      for (const link of this.#registry) (link as WsLink).tick();
    });
  }

  publish(groupId: number, bytes: Uint8Array): void {
    this.#registry.deliver(groupId, bytes);
  }

  stopAccepting(): void {
    this.#tlsKeeper?.endWatch();
    this.#accepting = false;
    this.#closing ??= new Promise((resolve) => {
      // An error says that the server was not listening.
      this.#server.close(() => resolve());
    });
  }

  async close(): Promise<void> {
    this.#idleTimer?.cancel();
    this.stopAccepting();
    const terminated = this.#registry.terminateAll();
    this.#server.closeAllConnections();
    this.#tlsKeeper?.destroyAll();
    await Promise.all([terminated, this.#closing]);
  }
}

/**
 * The listener on node:http or node:https and the `ws` package: slower than the one on uWebSockets.js, the same
 * to its peers, and without a native binary.
 */
export function createWsListener(
  options: ListenerOptions,
  host: ListenerHost,
  idleTimeoutMs: number = IDLE_TIMEOUT_MS,
): Listener {
  return new WsListener(options, host, idleTimeoutMs);
}

function splitUrl(url = '/'): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function* headerPairs(request: IncomingMessage): Generator<[string, string]> {
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) yield [name, String(value)];
  }
}

function refuse(socket: Duplex, answer: HttpAnswer, headOnly: boolean): void {
  const head = { ...answer.headers, 'content-length': Buffer.byteLength(answer.body), connection: 'close' };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${statusLine(answer.status)}\r\n${lines.join('')}\r\n${headOnly ? '' : answer.body}`);
  socket.once('finish', () => socket.destroy());
}
