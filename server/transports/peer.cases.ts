import type { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** The other end of a connection, for tests: collects what it is sent. */
export interface Peer {
  readonly received: Buffer[];
  /** The close code on WebSocket, 0 on TCP. */
  readonly closed: Promise<number>;
  send(bytes: Uint8Array): void;
  /** Stops reading from the socket, so that the other side has to queue. */
  pause(): void;
  resume(): void;
  end(): void;
  /** Goes away without a word: TCP reset. */
  reset(): void;
}

export type Dial = (port: number) => Promise<Peer>;

export const dialTcp: Dial = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const peer = peerOn(socket, socket);
    socket.on('error', reject);
    socket.once('connect', () => resolve(peer));
  });

/** The peer at the end of a socket. `raw` is the socket below its TLS, or itself. */
export function peerOn(socket: Socket, raw: Socket): Peer {
  const received: Buffer[] = [];
  const closed = new Promise<number>((done) => socket.once('close', () => done(0)));
  socket.on('data', (bytes) => received.push(bytes));
  socket.on('end', () => socket.end());
  return {
    received,
    closed,
    send: (bytes) => void socket.write(bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    reset: () => void raw.resetAndDestroy(),
  };
}

export const dialWebSocket: Dial = (port) =>
  new Promise((resolve, reject) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/polywire`, { maxPayload: 1 << 30 });
    const received: Buffer[] = [];
    const closed = new Promise<number>((done) => webSocket.once('close', (code) => done(code)));
    webSocket.on('message', (bytes) => received.push(bytes as Buffer));
    webSocket.on('error', reject);
    let socket: Socket;
    webSocket.once('upgrade', (response) => {
      socket = response.socket;
    });
    webSocket.once('open', () =>
      resolve({
        received,
        closed,
        send: (bytes) => webSocket.send(bytes),
        pause: () => webSocket.pause(),
        resume: () => webSocket.resume(),
        end: () => webSocket.close(1000),
        reset: () => void socket.resetAndDestroy(),
      }),
    );
  });

/** Waits until `condition` holds. Fails after `timeoutMs`, naming what was waited for. */
export async function until(condition: () => boolean, what: string, timeoutMs = 8000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(2);
  }
}

export function totalBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
