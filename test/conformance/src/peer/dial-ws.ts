import { WebSocket } from 'ws';
import type { Link, LinkEvents } from './link.js';

/** The sub-protocol of the native wire. */
export const NATIVE_PROTOCOL = 'polywire.v1';

const CLOSE_GRACE_MS = 1_000;
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;

/** Connects to a `ws://` or `wss://` URL. */
export function dialWs(url: string, events: LinkEvents, timeoutMs: number): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, NATIVE_PROTOCOL, {
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    socket.binaryType = 'nodebuffer';
    let failure = '';
    socket.on('error', (error) => {
      failure = error.message;
      reject(error);
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) events.onBytes(Uint8Array.from(data as Buffer));
      else events.onText();
    });
    socket.once('open', () => {
      if (socket.protocol !== NATIVE_PROTOCOL) {
        reject(new Error(`the server chose sub-protocol "${socket.protocol}"; "${NATIVE_PROTOCOL}" was offered`));
        socket.terminate();
        return;
      }
      resolve({
        framed: true,
        send: (bytes) => socket.send(bytes),
        sendText: (text) => socket.send(text),
        read: (on) => (on ? socket.resume() : socket.pause()),
        cut: () => socket.terminate(),
        close: () =>
          new Promise((closed) => {
            if (socket.readyState === WebSocket.CLOSED) return closed();
            const force = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
            socket.once('close', () => {
              clearTimeout(force);
              closed();
            });
            socket.close(1000);
          }),
      });
    });
    socket.once('close', (code, reason) => events.onEnd({ code, reason: reason.toString() || failure }));
  });
}
