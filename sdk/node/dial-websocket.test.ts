import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LinkHandler } from '../client/dialer.js';
import { dialWebSocket } from './dial-websocket.js';

const PIECE_BYTES = 65_536;
/** What a ping may have to wait behind, beside what is in the system's own buffers. */
const MOST_WAITING_BYTES = 262_144 + 2 * PIECE_BYTES;

it('says that it is full before more than 256 KiB wait in this process', async () => {
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'polywire.v1' });
  try {
    await once(listener, 'listening');
    const accepted = once(listener, 'connection') as Promise<[WebSocket]>;
    let writable = 0;
    const handler: LinkHandler = { onBytes: () => {}, onWritable: () => writable++, onClose: () => {} };
    const url = new URL(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
    const link = await dialWebSocket({})(url, { timeoutMs: 5_000, signal: undefined }, handler);
    const [peer] = await accepted;
    peer.pause();
    let receivedBytes = 0;
    peer.on('message', (data: Buffer) => {
      receivedBytes += data.length;
    });
    peer.on('error', () => {});

    const piece = new Uint8Array(PIECE_BYTES);
    let sentBytes = 0;
    for (let full = false; !full; ) {
      full = !link.send(piece);
      sentBytes += PIECE_BYTES;
      // What the system takes is not waiting here.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writable).toBe(0);
    // What waits in this process is lost with the link; the rest arrives.
    link.destroy();
    const closed = once(peer, 'close');
    peer.resume();
    await closed;
    expect(sentBytes - receivedBytes).toBeGreaterThan(0);
    expect(sentBytes - receivedBytes).toBeLessThanOrEqual(MOST_WAITING_BYTES);
  } finally {
    for (const peer of listener.clients) peer.terminate();
    listener.close();
  }
});
