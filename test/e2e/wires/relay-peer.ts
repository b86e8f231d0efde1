import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

/** Answer to one HTTP request. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends a request as it is written, whole or in two pieces, and reads the answer; of an upgrade only the head. */
export async function rawRequest(
  port: number,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  inTwo = false,
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const request = `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
  socket.setNoDelay(true);
  // Inside of a header: uWebSockets.js answers 505 to some request lines that come in pieces.
  const cut = inTwo ? request.indexOf('\r\n') + 9 : 0;
  if (inTwo) {
    socket.write(request.slice(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.write(request.slice(cut));
  let text = '';
  const done = (): boolean => {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    return Buffer.byteLength(text.slice(end + 4), 'latin1') >= length;
  };
  while (!done()) {
    const [piece] = (await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })) as [Buffer];
    text += piece.toString('latin1');
  }
  socket.destroy();
  const headEnd = text.indexOf('\r\n\r\n');
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  const [statusLine = '', ...headLines] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headLines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: ?/, '')])),
    body,
  };
}

/** A client of the relay: the `ws` package, as it comes. */
export class RelayPeer {
  readonly webSocket: WebSocket;
  readonly texts: string[] = [];
  readonly binaries: Buffer[] = [];
  readonly pongs: Buffer[] = [];
  closeCode = 0;

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) this.binaries.push(data as Buffer);
      else this.texts.push(data.toString());
    });
    webSocket.on('pong', (data) => this.pongs.push(data));
    webSocket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  static async dial(url: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<RelayPeer> {
    const webSocket = new WebSocket(url, protocols, { headers });
    const peer = new RelayPeer(webSocket);
    await once(webSocket, 'open');
    return peer;
  }

  /** The payloads of what came. */
  get payloads(): string[] {
    return this.texts.map((text) => (JSON.parse(text) as { payload: string }).payload);
  }

  close(): void {
    this.webSocket.terminate();
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, timeoutMs = 8_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
