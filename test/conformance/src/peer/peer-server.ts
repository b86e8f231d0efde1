import { createServer, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { NATIVE_PROTOCOL } from './dial-ws.js';
import { Mailbox } from './mailbox.js';
import { ServerConnection, type ServerLink, type ServerManners } from './server-connection.js';
import type { Trace } from './trace.js';

export type ServedTransport = 'ws' | 'tcp';

/** A small server of the native wire on a free port, which does what a case tells it. */
export class PeerServer {
  /** Connections in the order in which they came; a case takes them from here. */
  readonly connections = new Mailbox<ServerConnection>();
  url = '';
  readonly #manners: ServerManners;
  readonly #trace: Trace;
  readonly #links = new Set<ServerLink>();
  #close: () => void = () => {};
  #count = 0;

  private constructor(manners: ServerManners, trace: Trace) {
    this.#manners = manners;
    this.#trace = trace;
  }

  static async start(transport: ServedTransport, manners: ServerManners, trace: Trace): Promise<PeerServer> {
    const server = new PeerServer(manners, trace);
    await (transport === 'tcp' ? server.#listenTcp() : server.#listenWs());
    return server;
  }

  /** Cuts every connection off and takes no more. */
  close(): void {
    for (const link of this.#links) link.cut();
    this.#close();
  }

  async #listenTcp(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#serveTcp(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `tcp://127.0.0.1:${portOf(server.address())}`;
    this.#close = () => server.close();
  }

  #serveTcp(socket: Socket): void {
    const link: ServerLink = {
      framed: false,
      send: (bytes) => void socket.write(bytes),
      end: () => void socket.end(),
      cut: () => void socket.resetAndDestroy(),
    };
    const connection = this.#accept(link);
    socket.on('data', (bytes) => connection.onBytes(bytes));
    socket.on('error', () => {});
    socket.on('close', () => this.#gone(link, connection));
  }

  async #listenWs(): Promise<void> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(NATIVE_PROTOCOL) ? NATIVE_PROTOCOL : false),
    });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    this.url = `ws://127.0.0.1:${portOf(server.address())}/polywire`;
    this.#close = () => server.close();
    server.on('connection', (socket) => {
      const link: ServerLink = {
        framed: true,
        send: (bytes) => socket.send(bytes),
        end: (code, reason) => socket.close(code, reason),
        cut: () => socket.terminate(),
      };
      const connection = this.#accept(link);
      socket.on('message', (data, isBinary) => {
        if (isBinary) connection.onBytes(Uint8Array.from(data as Buffer));
        else connection.onEnd(new Error('a text message came; the native wire has binary messages only'));
      });
      socket.on('error', () => {});
      socket.on('close', () => this.#gone(link, connection));
    });
  }

  #accept(link: ServerLink): ServerConnection {
    const connection = new ServerConnection(this.#count++, link, this.#manners, this.#trace);
    this.#links.add(link);
    this.#trace.note(connection.number, 'the client connected');
    this.connections.put(connection);
    return connection;
  }

  #gone(link: ServerLink, connection: ServerConnection): void {
    this.#links.delete(link);
    connection.onEnd();
  }
}

function portOf(address: string | { port: number } | null): number {
  return (address as { port: number }).port;
}
