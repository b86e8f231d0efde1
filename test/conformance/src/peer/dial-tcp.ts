import { connect } from 'node:net';
import type { Link, LinkEvents } from './link.js';

const CLOSE_GRACE_MS = 1_000;

/** Connects to `tcp://host:port`. */
export function dialTcp(url: string, events: LinkEvents, timeoutMs: number): Promise<Link> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    let failure = '';
    socket.on('error', (error) => {
      failure = error.message;
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.on('data', (bytes) => events.onBytes(bytes));
      resolve({
        framed: false,
        send: (bytes) => void socket.write(bytes),
        sendText: () => {
          throw new Error('TCP has no text messages');
        },
        read: (on) => void (on ? socket.resume() : socket.pause()),
        // A plain end would tell a server that answers are still read.
        cut: () => void socket.resetAndDestroy(),
        close: () =>
          new Promise((closed) => {
            if (socket.destroyed) return closed();
            const force = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS);
            socket.once('close', () => {
              clearTimeout(force);
              closed();
            });
            socket.end();
          }),
      });
    });
    socket.once('close', () => {
      clearTimeout(timer);
      events.onEnd({ code: 0, reason: failure });
    });
  });
}
