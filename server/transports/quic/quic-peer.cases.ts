import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import {
  createQuicConfig,
  describeQuicEnd,
  QuicConnection,
  type QuicConnectionOptions,
  type QuicEnd,
  type QuicSettings,
} from '@polywire/sdk/core';
import type { Peer } from '../peer.cases.js';
import { loadQuiche, quicheLoads } from './load-quiche.js';

/** Whether QUIC can be tested here; where not, its cases are skipped, and say so. */
export const quicLoads = await quicheLoads();
export const whyNot = quicLoads
  ? ''
  : ` (SKIPPED: @matrixai/quic has no binary for ${process.platform}-${process.arch})`;

const HOST = '127.0.0.1';

export interface QuicDialOptions extends Partial<QuicSettings> {
  readonly opens?: QuicConnectionOptions['opens'];
  /** Changes each datagram of the handshake before it is sent. */
  readonly change?: (datagram: Uint8Array) => Uint8Array;
}

/** The other end of a QUIC connection, for tests. */
export interface QuicTestPeer extends Peer {
  /** Received packets, each on its own. */
  readonly received: Buffer[];
  readonly ended: Promise<QuicEnd>;
  /** Closes with a code of the application. */
  close(code: number, reason: string): void;
  /** Stops answering, without a word. */
  vanish(): void;
  /** Writes bytes to a stream as they are. */
  sendRaw(streamId: number, bytes: Uint8Array, fin: boolean): void;
  /** Ends its side of the stream, and goes on reading. */
  endStream(): void;
  /** Received so far. */
  readonly datagrams: number;
}

/** Dials with a client of the tests' own. Rejects when the handshake fails. */
export async function dialQuic(port: number, options: QuicDialOptions = {}): Promise<QuicTestPeer> {
  const quiche = await loadQuiche();
  const config = createQuicConfig(quiche, {
    alpn: ['polywire'],
    maxBidirectionalStreams: 0,
    maxUnidirectionalStreams: 100,
    // Little enough that a peer which does not read makes the server wait.
    streamWindowBytes: 16 * 1024,
    verifyPeer: false,
    ...options,
  });
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind({ port: 0, address: HOST }, resolve));
  const local = { host: HOST, port: socket.address().port };
  const remote = { host: HOST, port };
  const native = quiche.Connection.connect('localhost', randomBytes(16), local, remote, config);
  const received: Buffer[] = [];
  let paused = false;
  let gone = false;
  let datagrams = 0;
  let timer: NodeJS.Timeout | undefined;
  let onEstablished = (): void => {};
  let onClosed: (end: QuicEnd) => void = () => {};
  const ended = new Promise<QuicEnd>((resolve) => {
    onClosed = resolve;
  });
  const { opens = 'one-stream' } = options;
  const change = (datagram: Uint8Array): Uint8Array =>
    options.change === undefined || connection.established ? datagram : options.change(datagram);
  const connection = new QuicConnection(
    native,
    { opens, maxPacketBytes: 64 << 20 },
    {
      onEstablished: () => onEstablished(),
      onPacket: (packet) => received.push(Buffer.from(packet)),
      onEnd: () => connection.close(0, ''),
      onFault: (error) => connection.close(error.closeCode, error.message),
      onClosed: (end) => onClosed(end),
    },
  );
  const flush = (): void => {
    if (gone) return;
    while (connection.flush((datagram) => socket.send(change(datagram), port, HOST)));
    clearTimeout(timer);
    if (connection.isGone) {
      gone = true;
      socket.close();
      return;
    }
    const { timeoutMs } = connection;
    if (timeoutMs === undefined) return;
    timer = setTimeout(() => {
      connection.onTimeout();
      flush();
    }, timeoutMs + 1);
    timer.unref();
  };
  const read = (): void => {
    if (!paused && !gone) connection.read();
    flush();
  };
  socket.on('message', (datagram, from) => {
    if (gone) return;
    datagrams += 1;
    connection.receive(datagram, { from: { host: from.address, port: from.port }, to: local });
    read();
  });
  const established = new Promise<void>((resolve) => {
    onEstablished = resolve;
  });
  flush();
  await Promise.race([
    established,
    ended.then((end) => {
      throw new Error(describeQuicEnd(end));
    }),
  ]);
  // A packet of no bytes makes the stream visible to the server, and nothing else.
  if (opens === 'one-stream') connection.send(Buffer.alloc(0));
  flush();
  return {
    received,
    ended,
    closed: ended.then(() => 0),
    get datagrams() {
      return datagrams;
    },
    sendRaw: (streamId, bytes, fin) => {
      native.streamSend(streamId, bytes, fin);
      flush();
    },
    endStream: () => {
      native.streamSend(0, Buffer.alloc(0), true);
      flush();
    },
    send: (bytes) => {
      connection.send(bytes);
      flush();
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      read();
    },
    end: () => {
      connection.close(0, '');
      flush();
    },
    close: (code, reason) => {
      connection.close(code, reason);
      flush();
    },
    reset: () => {
      connection.abort(1, '');
      flush();
    },
    vanish: () => {
      gone = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
