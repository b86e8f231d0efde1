import type * as Uws from 'uWebSockets.js';
import { Buffer } from 'node:buffer';
import { createServer } from 'node:net';
import { answerHttp, type HttpAnswer, statusLine } from './answer-http.js';
import { decideUpgrade } from './decide-upgrade.js';
import { ABNORMAL_CLOSURE, Link } from './link.js';
import { LinkRegistry } from './link-registry.js';
import { listenFailure } from './listen-failure.js';
import type {
  Connection,
  ConnectionHandler,
  CreateListener,
  Listener,
  ListenerHost,
  ListenerOptions,
} from './listener.js';
import { KeptUpgradeRequest } from './upgrade-request.js';

/** A peer that is silent, and does not answer the ping sent 16 s before, is cut off after this. */
const IDLE_TIMEOUT_SECONDS = 60;
/** uWebSockets.js cuts off without a close frame; up to this much above the limit a peer is told 1009. */
const MESSAGE_MARGIN_BYTES = 1024 * 1024;
const MESSAGE_TOO_BIG = 1009;
/** The library says 1006 and a text where the protocol has a code. */
const codeOfText: Readonly<Record<string, number>> = {
  'Received too big message': MESSAGE_TOO_BIG,
  'Received invalid UTF-8': 1007,
};

/**
 * The library puts what `upgrade` was given on the native object itself, where reading it is cheaper
 * than a call of getUserData.
 */
type Socket = Uws.WebSocket<Attached> & Attached;
interface Attached {
  readonly link: UwsLink;
}

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

class UwsLink extends Link {
  readonly transport = 'ws';
  #socket!: Socket;
  #closeFrame: { readonly code: number; readonly reason: string } | undefined;

  /** Called before anything else of this link is. */
  open(socket: Socket, accept: (connection: Connection) => ConnectionHandler): void {
    this.#socket = socket;
    this.start(accept);
  }

  /** Calls on the native object throw once it is closed, so each is behind a look at the state. */
  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#socket.getBufferedAmount();
  }

  protected write(bytes: Uint8Array): void {
    this.#socket.send(bytes, true, false);
  }

  protected override joined(groupId: number): void {
    this.#socket.subscribe(String(groupId));
  }

  protected override left(groupId: number): void {
    this.#socket.unsubscribe(String(groupId));
  }

  /** `end` gives up the native object, and with it all control, so it has to wait for the last byte. */
  protected beginClose(code: number, reason: string): void {
    this.#closeFrame = { code, reason };
    this.#endWhenEmpty();
  }

  #endWhenEmpty(): void {
    if (this.#closeFrame === undefined || this.queuedBytes !== 0) return;
    const { code, reason } = this.#closeFrame;
    this.#closeFrame = undefined;
    this.#socket.end(code, reason);
  }

  protected cut(): void {
    if (!this.isClosed) this.#socket.close();
  }

  onDrain(): void {
    this.#endWhenEmpty();
    this.drained();
  }

  onClose(code: number, reason: string): void {
    this.ended(code === ABNORMAL_CLOSURE ? (codeOfText[reason] ?? code) : code, reason);
  }
}

class UwsListener implements Listener {
  readonly name = 'ws-uws';
  readonly #uws: typeof Uws & UntypedParts;
  readonly #app: Uws.TemplatedApp;
  readonly #options: ListenerOptions;
  readonly #host: ListenerHost;
  readonly #registry: LinkRegistry;
  readonly #sweepEveryBytes: number;
  readonly #unswept = new Set<number>();
  #unsweptBytes = 0;
  #listenSocket: Uws.us_listen_socket | undefined;
  #port = 0;
  #accepting = false;
  #onOpen: (socket: Socket) => void = () => {};
  #closed = false;

  constructor(uws: typeof Uws, options: ListenerOptions, host: ListenerHost, idleTimeoutSeconds: number) {
    this.#uws = uws as typeof Uws & UntypedParts;
    this.#options = options;
    this.#host = host;
    this.#registry = new LinkRegistry(options, host);
    this.#sweepEveryBytes = Math.floor(options.maxQueuedBytes / 4);
    this.#app = uws.App();
    this.#app.ws('/*', this.#behavior(idleTimeoutSeconds)).any('/*', (response, request) => {
      const answer = answerHttp(host, request.getCaseSensitiveMethod().toUpperCase(), request.getUrl());
      respond(response, answer, request.getMethod() === 'head');
    });
  }

  get port(): number {
    return this.#port;
  }

  get connectionCount(): number {
    return this.#registry.size;
  }

  #behavior(idleTimeoutSeconds: number): Uws.WebSocketBehavior<Attached> {
    const { maxMessageBytes } = this.#options;
    return {
      compression: 0,
      idleTimeout: idleTimeoutSeconds,
      sendPingsAutomatically: true,
      // 0: no limit of its own. Any other value makes the library drop messages without a word.
      maxBackpressure: 0,
      maxPayloadLength: maxMessageBytes + Math.min(maxMessageBytes, MESSAGE_MARGIN_BYTES),
      upgrade: (response, request, context) => this.#upgrade(response, request, context),
      open: (native) => this.#onOpen(native as Socket),
      message: (native, message, isBinary) => {
        const { link } = native as Socket;
        if (message.byteLength > maxMessageBytes) {
          link.close(MESSAGE_TOO_BIG, `message over ${maxMessageBytes} bytes`);
        } else if (isBinary) link.receive(new Uint8Array(message));
        else link.receiveText(textOf(message));
      },
      drain: (native) => (native as Socket).link.onDrain(),
      close: (native, code, message) => (native as Socket).link.onClose(code, textOf(message)),
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
    const link = new UwsLink(this.#registry, textOf(response.getRemoteAddressAsText()), kept);
    // `open` is called before `upgrade` returns.
    this.#onOpen = (socket) => link.open(socket, outcome.accept);
    response.upgrade<Attached>({ link }, kept.header('sec-websocket-key'), outcome.protocol, '', context);
  }

  async listen(): Promise<void> {
    const { host, port } = this.#options;
    const listenSocket = await new Promise<Uws.us_listen_socket | false>((resolve) => {
      const listen = this.#app.listen.bind(this.#app) as unknown as UntypedListen;
      // Without this option two servers share a port and each gets half of the connections.
      listen(host, port, this.#uws.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
    });
    if (listenSocket === false) throw listenFailure(host, port, await whyNot(host, port));
    this.#listenSocket = listenSocket;
    this.#port = this.#uws.us_socket_local_port(listenSocket);
    this.#accepting = true;
  }

  /**
   * The library queues a publish on a full socket without limit (see maxBackpressure). So the
   * groups published to are looked through each time a quarter of the limit was published: no
   * member can have gained more than that in between, plus what one turn of the loop publishes.
   */
  publish(groupId: number, bytes: Uint8Array): void {
    if (this.#closed || this.#registry.groups.members(groupId).size === 0) return;
    this.#app.publish(String(groupId), bytes, true, false);
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
    // Closing it twice would free it twice.
    if (this.#listenSocket !== undefined) this.#uws.us_listen_socket_close(this.#listenSocket);
    this.#listenSocket = undefined;
  }

  async close(): Promise<void> {
    this.stopAccepting();
    this.#closed = true;
    const terminated = this.#registry.terminateAll();
    // Ends what is left: plain HTTP connections.
    this.#app.close();
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

/** The library only says that it cannot listen. Node, asked for the same address, says why. */
function whyNot(host: string, port: number): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => resolve(new Error('the address is free now; try again')));
    });
  });
}
