import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createQuicConfig, describeQuicEnd, QuicConnection, type Quiche } from '@polywire/sdk/core';
import type { Link, LinkEvents } from './link.js';

const CUT = 3000;
const CLOSE_GRACE_MS = 1_000;
const MAX_PACKET_BYTES = 268_435_456;
const BINDING = '@matrixai/quic/native/quiche.js';

/**
 * Connects to `quic://host:port`, whatever its certificate. It needs the optional package
 * @matrixai/quic.
 */
export async function dialQuic(url: string, events: LinkEvents, timeoutMs: number): Promise<Link> {
  const { default: quiche } = (await import(BINDING)) as { readonly default: Quiche };
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.connect(Number(port), address, resolve));
  const config = createQuicConfig(quiche, {
    alpn: ['polywire'],
    maxBidirectionalStreams: 0,
    maxUnidirectionalStreams: 0,
    verifyPeer: false,
  });
  const own = socket.address();
  const path = { from: { host: address, port: Number(port) }, to: { host: own.address, port: own.port } };
  const name = isIP(host) === 0 ? host : null;
  const native = quiche.Connection.connect(name, randomBytes(16), path.to, path.from, config);
  return new Promise((resolve, reject) => {
    let onOver = (): void => {};
    const over = new Promise<void>((done) => {
      onOver = done;
    });
    const quic = new QuicConnection(
      native,
      { opens: 'one-stream', maxPacketBytes: MAX_PACKET_BYTES },
      {
        onEstablished: () => {
          clearTimeout(connectTimer);
          resolve(linkOf(quic, flush, over));
        },
        onPacket: (packet) => events.onBytes(packet.slice()),
        onEnd: () => quic.close(0, ''),
        onFault: (error) => quic.abort(error.closeCode, error.message),
        onClosed: (end) => {
          clearTimeout(connectTimer);
          clearTimeout(timer);
          socket.close();
          reject(new Error(describeQuicEnd(end)));
          events.onEnd({ code: end.isApplication ? end.code : 0, reason: end.reason });
          onOver();
        },
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const flush = (): void => {
      while (quic.flush((datagram) => send(socket, datagram)));
      clearTimeout(timer);
      const { timeoutMs: nextMs } = quic;
      if (nextMs === undefined || quic.isOver) return;
      timer = setTimeout(() => {
        quic.onTimeout();
        flush();
      }, nextMs + 1);
      timer.unref();
    };
    const connectTimer = setTimeout(() => {
      quic.abort(0, '');
      flush();
    }, timeoutMs);
    socket.on('error', () => {
      quic.abort(0, '');
      flush();
    });
    socket.on('message', (datagram) => {
      if (quic.isOver) return;
      quic.receive(datagram, path);
      quic.read();
      flush();
    });
    flush();
  });
}

function send(socket: Socket, datagram: Uint8Array): void {
  socket.send(datagram);
}

function linkOf(quic: QuicConnection, flush: () => void, over: Promise<void>): Link {
  return {
    framed: true,
    send: (bytes) => {
      quic.send(bytes);
      flush();
    },
    sendText: () => {
      throw new Error('QUIC has no text messages');
    },
    read: () => {
      throw new Error('this peer cannot stop reading on QUIC');
    },
    cut: () => {
      // 0 would say that the session is over; a peer that says nothing is missed only after the idle timeout.
      quic.abort(CUT, '');
      flush();
    },
    close: () => {
      const force = setTimeout(() => {
        quic.abort(0, '');
        flush();
      }, CLOSE_GRACE_MS);
      quic.close(0, '');
      flush();
      return over.finally(() => clearTimeout(force));
    },
  };
}
