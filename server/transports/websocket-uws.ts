import type * as Uws from 'uWebSockets.js';
import { Buffer } from 'node:buffer';
import { knowMemory } from '@polywire/sdk/core';
import { answerHttp, type HttpAnswer, statusLine } from './answer-http.js';
import { decideUpgrade } from './decide-upgrade.js';
import { LinkRegistry } from './link-registry.js';
import { listenFailure } from './listen-failure.js';
import type { CreateListener, Listener, ListenerHost, ListenerOptions } from './listener.js';
import { freePort, whyNot } from './probe-address.js';
import { SharedTexts } from './shared-texts.js';
import { readTlsFiles, watchTlsFiles } from './tls-files.js';
import { KeptUpgradeRequest } from './upgrade-request.js';
import { type Attached, MESSAGE_TOO_BIG, UwsLink, type UwsSocket } from './uws-link.js';

/** A peer that is silent, and does not answer the ping sent 16 s before, is cut off after this. */
const IDLE_TIMEOUT_SECONDS = 60;
/** uWebSockets.js cuts off without a close frame; up to this much above the limit a peer is told 1009. */
const MESSAGE_MARGIN_BYTES = 1024 * 1024;
/** What the library has, but its type declarations do not. */
interface UntypedParts {
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
  us_socket_local_port(socket: Uws.us_listen_socket): number;
}
type UntypedListen = (
  host: string,
  port: number,
  options: number,
  done: (socket: Uws.us_listen_socket | false) => void,
) => void;

/**
 * The listener on uWebSockets.js. The library is loaded here and not before, because loading it
 * throws on a platform or a version of Node that it has no binary for.
 * @param idleTimeoutSeconds a multiple of 4, at least 8: anything else ends the process
 */
export async function loadUwsListener(idleTimeoutSeconds: number = IDLE_TIMEOUT_SECONDS): Promise<CreateListener> {
  const uws = await import('uWebSockets.js');
  return (options, host) => new UwsListener(uws, options, host, idleTimeoutSeconds);
}

interface App {
  readonly native: Uws.TemplatedApp;
  /** WebSockets that it holds. */
  links: number;
}

class UwsListener implements Listener {
  readonly name: string;
  readonly #uws: typeof Uws & UntypedParts;
  /** One app, and with TLS one more for each renewed certificate; the last one accepts. */
  readonly #apps: App[] = [];
  readonly #idleTimeoutSeconds: number;
  #endWatch: () => void = () => {};
  readonly #options: ListenerOptions;
  readonly #host: ListenerHost;
  readonly #registry: LinkRegistry;
  readonly #sweepEveryBytes: number;
  readonly #unswept = new Set<number>();
  readonly #addresses = new SharedTexts();
  #unsweptBytes = 0;
  #listenSocket: Uws.us_listen_socket | undefined;
  #port = 0;
  #accepting = false;
  #onOpen: (socket: UwsSocket) => void = () => {};
  #closed = false;

  constructor(uws: typeof Uws, options: ListenerOptions, host: ListenerHost, idleTimeoutSeconds: number) {
    this.#uws = uws as typeof Uws & UntypedParts;
    this.#options = options;
    this.#host = host;
    this.#registry = new LinkRegistry(options, host);
    this.#sweepEveryBytes = Math.floor(options.maxQueuedBytes / 4);
    this.#idleTimeoutSeconds = idleTimeoutSeconds;
    const { tls } = options;
    this.name = tls === undefined ? 'ws-uws' : 'ws-uws-tls';
    if (tls?.clientCa !== undefined) throw new Error('uWebSockets.js lets clients in that have no certificate');
    // The library does not say what is wrong with a file.
    if (tls !== undefined) readTlsFiles(tls);
    this.#addApp();
  }

  #addApp(): App {
    const { tls } = this.#options;
    const native =
      tls === undefined ? this.#uws.App() : this.#uws.SSLApp({ cert_file_name: tls.cert, key_file_name: tls.key });
    const app: App = { native, links: 0 };
    native.ws('/*', this.#behavior(app)).any('/*', (response, request) => {
      const answer = answerHttp(this.#host, request.getCaseSensitiveMethod().toUpperCase(), request.getUrl());
      respond(response, answer, request.getMethod() === 'head');
    });
    this.#apps.push(app);
    return app;
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#registry.size;
  }

  #behavior(app: App): Uws.WebSocketBehavior<Attached> {
    const { maxMessageBytes } = this.#options;
    return {
      compression: 0,
      idleTimeout: this.#idleTimeoutSeconds,
      sendPingsAutomatically: true,
      // 0: no limit of its own. Any other value makes the library drop messages without a word.
      maxBackpressure: 0,
      maxPayloadLength: maxMessageBytes + Math.min(maxMessageBytes, MESSAGE_MARGIN_BYTES),
      upgrade: (response, request, context) => this.#upgrade(response, request, context),
      open: (native) => {
        app.links++;
        this.#onOpen(native as UwsSocket);
      },
      message: (native, message, isBinary) => {
        const { link } = native as UwsSocket;
        const bytes = new Uint8Array(message);
        if (bytes.length > maxMessageBytes) link.close(MESSAGE_TOO_BIG, `message over ${maxMessageBytes} bytes`);
        else if (isBinary) {
          knowMemory(bytes, message);
          link.receive(bytes);
        } else link.receiveText(textOf(message));
      },
      drain: (native) => (native as UwsSocket).link.onDrain(),
      close: (native, code, message) => {
        app.links--;
        (native as UwsSocket).link.onClose(code, textOf(message));
      },
    };
  }

  /** Everything is copied out of `request` and answered before this returns: both die with the call. */
  #upgrade(response: Uws.HttpResponse, request: Uws.HttpRequest, context: Uws.us_socket_context_t): void {
    const headers: [string, string][] = [];
    request.forEach((name, value) => {
      headers.push([name, value]);
    });
    const kept = new KeptUpgradeRequest(request.getUrl(), request.getQuery(), headers);
    const outcome = decideUpgrade(this.#host, this.#registry, kept, this.#accepting);
    if (outcome.refusal !== undefined) {
      respond(response, outcome.refusal, false);
      return;
    }
    const link = new UwsLink(this.#registry, this.#addresses.one(textOf(response.getRemoteAddressAsText())));
    // `open` is called before `upgrade` returns.
    this.#onOpen = (socket) => link.open(socket, outcome.accept);
    response.upgrade<Attached>({ link }, kept.header('sec-websocket-key'), outcome.protocol, '', context);
  }

  async listen(): Promise<void> {
    const { host, tls } = this.#options;
    // A port that the kernel picked cannot be taken over while it has connections: see #renew.
    const port = tls !== undefined && this.#options.port === 0 ? await freePort(host) : this.#options.port;
    if (!this.#bind(port)) throw listenFailure(host, port, await whyNot(host, port));
    this.#accepting = true;
    if (tls !== undefined)
      this.#endWatch = watchTlsFiles(
        tls,
        () => this.#renew(),
        (error) => this.#host.onError(error),
      );
  }

  /** Lets the last app accept. */
  #bind(port: number): boolean {
    const native = this.#apps.at(-1)?.native;
    const listen = native?.listen.bind(native) as unknown as UntypedListen;
    // Without this option two servers share a port and each gets half of the connections.
    // The callback is called before this returns.
    listen(this.#options.host, port, this.#uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      this.#listenSocket = socket === false ? undefined : socket;
    });
    if (this.#listenSocket === undefined) return false;
    this.#port = this.#uws.us_socket_local_port(this.#listenSocket);
    return true;
  }

  /**
   * The library can change the certificate of an app only for clients that name a host, and those
   * of an IP address name none. So another app takes over the port; connections stay with theirs.
   */
  #renew(): void {
    for (const app of this.#apps.slice(0, -1)) {
      if (app.links > 0) continue;
      app.native.close();
      this.#apps.splice(this.#apps.indexOf(app), 1);
    }
    this.#addApp();
    this.#closeListenSocket();
    if (this.#bind(this.#port)) return;
    this.#apps.pop()?.native.close();
    const outcome = this.#bind(this.#port) ? '' : ', and nobody can connect any more: restart the server';
    throw new Error(`port ${this.#port} could not be taken over${outcome}`);
  }

  #closeListenSocket(): void {
    // Closing it twice would free it twice.
    if (this.#listenSocket !== undefined) this.#uws.us_listen_socket_close(this.#listenSocket);
    this.#listenSocket = undefined;
  }

  /**
   * The library queues a publish on a full socket without limit (see maxBackpressure). So the
   * groups published to are looked through each time a quarter of the limit was published: no
   * member can have gained more than that in between, plus what one turn of the loop publishes.
   */
  publish(groupId: number, bytes: Uint8Array): void {
    if (this.#closed || this.#registry.groups.members(groupId).size === 0) return;
    for (const { native } of this.#apps) native.publish(String(groupId), bytes, true, false);
    this.#unswept.add(groupId);
    this.#unsweptBytes += bytes.byteLength;
    if (this.#unsweptBytes < this.#sweepEveryBytes) return;
    for (const dirty of this.#unswept) {
      for (const link of this.#registry.groups.members(dirty)) link.closeIfSlow();
    }
    this.#unswept.clear();
    this.#unsweptBytes = 0;
  }

  stopAccepting(): void {
    this.#accepting = false;
    this.#endWatch();
    this.#closeListenSocket();
  }

  async close(): Promise<void> {
    this.stopAccepting();
    this.#closed = true;
    const terminated = this.#registry.terminateAll();
    // Ends what is left: plain HTTP connections.
    for (const { native } of this.#apps) native.close();
    await terminated;
  }
}

function respond(response: Uws.HttpResponse, answer: HttpAnswer, headOnly: boolean): void {
  response.writeStatus(statusLine(answer.status));
  for (const [name, value] of Object.entries(answer.headers)) response.writeHeader(name, value);
  if (headOnly) {
    // Given the length as an argument instead, endWithoutBody waits for the body and ends the process.
    response.writeHeader('content-length', String(Buffer.byteLength(answer.body)));
    response.endWithoutBody();
  } else {
    response.end(answer.body);
  }
}

function textOf(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString();
}
