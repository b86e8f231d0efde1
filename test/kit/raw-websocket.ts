import { createHash, randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** A frame as it came from the server. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const Opcode = { TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export interface RawOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Writes every byte of a frame alone. */
  readonly byteByByte?: boolean;
  /** Given: over TLS. */
  readonly tls?: ConnectionOptions;
}

/**
 * A WebSocket client that shows everything: every header of the handshake, every frame, pongs
 * included. It adds nothing of its own.
 */
export class RawWebSocket {
  readonly #socket: Socket;
  readonly #byteByByte: boolean;
  readonly frames: RawFrame[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  ended = false;

  private constructor(
    socket: Socket,
    options: RawOptions,
    readonly status: number,
    /** Of the handshake's answer, by lower-case name. */
    readonly headers: ReadonlyMap<string, string>,
    rest: Buffer,
  ) {
    this.#socket = socket;
    this.#byteByByte = options.byteByByte ?? false;
    socket.on('data', (piece) => this.#receive(piece));
    socket.on('close', () => {
      this.ended = true;
      this.#wake();
    });
    this.#receive(rest);
  }

  /** Resolves with whatever status the server answers; rejects when it does not answer at all. */
  static open(port: number, path: string, options: RawOptions = {}): Promise<RawWebSocket> {
    const key = randomBytes(16).toString('base64');
    const lines = {
      Host: `127.0.0.1:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      ...options.headers,
    };
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      const where = { host: '127.0.0.1', port, noDelay: true };
      const socket = options.tls === undefined ? connectTcp(where) : connectTls({ ...where, ...options.tls });
      let answer: Buffer = Buffer.alloc(0);
      const onData = (piece: Buffer): void => {
        answer = Buffer.concat([answer, piece]);
        const end = answer.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onData);
        const [first = '', ...rest] = answer.subarray(0, end).toString('latin1').split('\r\n');
        const headers = new Map(
          rest.map((line) => [
            line.slice(0, line.indexOf(':')).toLowerCase(),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
        );
        const status = Number(first.split(' ')[1]);
        const accept = createHash('sha1').update(key + ACCEPT_SUFFIX);
        if (status === 101 && headers.get('sec-websocket-accept') !== accept.digest('base64')) {
          reject(new Error('the handshake has the wrong Sec-WebSocket-Accept'));
          return;
        }
        resolve(new RawWebSocket(socket, options, status, headers, answer.subarray(end + 4)));
      };
      socket.on('data', onData);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the server closed the connection during the handshake')));
      socket.write(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
    });
  }

  text(text: string): void {
    this.write(frame(Opcode.TEXT, Buffer.from(text)));
  }

  send(opcode: number, payload: Uint8Array): void {
    this.write(frame(opcode, payload));
  }

  write(bytes: Uint8Array): void {
    if (!this.#byteByByte) {
      this.#socket.write(bytes);
      return;
    }
    for (const byte of bytes) this.#socket.write(Uint8Array.of(byte));
  }

  /** The next frame; undefined when the connection ended. */
  async next(timeoutMs = 5_000): Promise<RawFrame | undefined> {
    const until = Date.now() + timeoutMs;
    while (this.frames.length === 0 && !this.ended) {
      if (Date.now() > until) throw new Error(`no frame came within ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now() + 1);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.frames.shift();
  }

  /** The next frame, which must be a text message. */
  async nextText(): Promise<string> {
    const found = await this.next();
    if (found?.opcode !== Opcode.TEXT) throw new Error(`a text was expected, not ${JSON.stringify(found)}`);
    return found.payload.toString();
  }

  /** Sends a text and gives the text that answers it. */
  ask(text: string): Promise<string> {
    this.text(text);
    return this.nextText();
  }

  /** Reads nothing until `resume`: the server has to keep what it sends. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(piece: Buffer): void {
    if (this.status !== 101) return;
    this.#bytes = Buffer.concat([this.#bytes, piece]);
    for (;;) {
      const found = readFrame(this.#bytes);
      if (found === undefined) break;
      this.frames.push(found.frame);
      this.#bytes = this.#bytes.subarray(found.length);
    }
    this.#wake();
  }
}

/** A masked frame, as clients send it. */
export function frame(opcode: number, payload: Uint8Array): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let at = 0; at < masked.length; at++) masked[at] = (masked[at] as number) ^ (mask[at & 3] as number);
  return Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload.length), mask, masked]);
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const long = length > 0xffff;
  const bytes = Buffer.alloc(long ? 9 : 3);
  bytes[0] = long ? 0xff : 0xfe;
  if (long) bytes.writeBigUInt64BE(BigInt(length), 1);
  else bytes.writeUInt16BE(length, 1);
  return bytes;
}

function readFrame(bytes: Buffer): { frame: RawFrame; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes[0] as number;
  const short = bytes[1] as number;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  // Servers mask nothing, and this one never cuts a message into frames or compresses it.
  if ((first & 0xf0) !== 0x80 || short > 127) throw new Error(`an unexpected frame: ${bytes.toString('hex', 0, 16)}`);
  return {
    frame: { opcode: first & 15, payload: Buffer.from(bytes.subarray(start, start + length)) },
    length: start + length,
  };
}
