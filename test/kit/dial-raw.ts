import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP client that speaks bytes and nothing else. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #ended = false;
  #wake: () => void = () => {};
  /** Resolves when the other side has ended the connection, also by cutting it off. */
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#receivedBytes += chunk.length;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      const finish = (): void => {
        this.#ended = true;
        this.#wake();
        resolve();
      };
      socket.on('end', finish);
      socket.on('close', finish);
      // What follows an error is 'close'.
      socket.on('error', () => {});
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Everything that has come since the last `take`. */
  take(): Buffer {
    this.#receivedBytes = 0;
    return Buffer.concat(this.#chunks.splice(0));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends each piece in a write of its own, and lets the other side read between two of them. */
  async sendPieces(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends the sending side only. */
  end(): void {
    this.#socket.end();
  }

  /** Takes nothing more from the socket until `read(true)`. */
  read(on: boolean): void {
    if (on) this.#socket.resume();
    else this.#socket.pause();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits until so many bytes have come, or the connection has ended, and takes them all. */
  async receive(byteCount: number, timeoutMs = 5_000): Promise<Buffer> {
    const until = Date.now() + timeoutMs;
    while (this.#receivedBytes < byteCount && !this.#ended) {
      const leftMs = until - Date.now();
      if (leftMs <= 0) throw new Error(`${this.#receivedBytes} of ${byteCount} bytes came within ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.take();
  }
}

/** @param address such as "tcp://127.0.0.1:19999" */
export async function dialRaw(address: string): Promise<RawPeer> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  return new RawPeer(socket);
}
