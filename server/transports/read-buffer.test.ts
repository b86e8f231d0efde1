import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from './peer.cases.js';
import { readShared } from './read-buffer.js';

const HIGH_WATER_BYTES = 32_768;

describe('reading into shared memory', () => {
  let server: Server | undefined;
  const peers: Socket[] = [];

  afterEach(() => {
    for (const peer of peers.splice(0)) peer.destroy();
    server?.close();
  });

  /** The end of a test may reset connections. */
  function adopt(accepted: Socket, onBytes: (bytes: Uint8Array) => void): Socket {
    return readShared(accepted, HIGH_WATER_BYTES, onBytes).on('error', () => {});
  }

  /** Peers and the accepted sockets they reach. */
  async function pairs(count: number): Promise<{ peer: Socket; accepted: Socket }[]> {
    server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const found: { peer: Socket; accepted: Socket }[] = [];
    while (found.length < count) {
      const arrival = once(server, 'connection') as Promise<[Socket]>;
      const peer = connect(port, '127.0.0.1');
      peer.on('error', () => {});
      peers.push(peer);
      found.push({ peer, accepted: (await arrival)[0] });
    }
    return found;
  }

  it('gives all sockets the same memory, and each its own bytes', async () => {
    const read: { text: string; memory: unknown }[] = [];
    const made = await pairs(2);
    for (const { accepted } of made) {
      adopt(accepted, (bytes) => {
        read.push({ text: Buffer.from(bytes).toString(), memory: bytes.buffer });
      });
    }
    made[0]?.peer.write('first');
    await until(() => read.length === 1, 'the first');
    made[1]?.peer.write('the second');
    await until(() => read.length === 2, 'the second');
    expect(read.map(({ text }) => text)).toEqual(['first', 'the second']);
    expect(read[0]?.memory).toBe(read[1]?.memory);
  });

  it('reads what is larger than the memory, stops while paused, and tells of the end', async () => {
    const [pair] = await pairs(1);
    const { peer, accepted } = pair as { peer: Socket; accepted: Socket };
    const sent = Buffer.from(Uint8Array.from({ length: 500_000 }, (_, index) => index % 251));
    const read: Buffer[] = [];
    const socket = adopt(accepted, (bytes) => {
      read.push(Buffer.from(bytes));
      if (read.length === 1) socket.pause();
    });
    let hasEnded = false;
    socket.on('end', () => {
      hasEnded = true;
    });
    peer.end(sent);
    await until(() => read.length === 1, 'the first piece');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([read.length, hasEnded]).toEqual([1, false]);
    socket.resume();
    await until(() => hasEnded, 'the end');
    expect(Buffer.concat(read).equals(sent)).toBe(true);
    socket.end('read all of it');
    const [answer] = await once(peer, 'data');
    expect(String(answer)).toBe('read all of it');
  });

  it('writes with the mark that it was given, and drains', async () => {
    const [pair] = await pairs(1);
    const { peer, accepted } = pair as { peer: Socket; accepted: Socket };
    peer.pause();
    const socket = adopt(accepted, () => {});
    expect(socket.writableHighWaterMark).toBe(HIGH_WATER_BYTES);
    while (socket.write(Buffer.alloc(HIGH_WATER_BYTES / 2)));
    const drained = once(socket, 'drain');
    peer.resume();
    await drained;
    expect(socket.writableLength).toBe(0);
  });

  it('tells of a peer that breaks off', async () => {
    const [pair] = await pairs(1);
    const { peer, accepted } = pair as { peer: Socket; accepted: Socket };
    const socket = adopt(accepted, () => {});
    const failed = once(socket, 'error');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    peer.resetAndDestroy();
    expect(String((await failed)[0])).toContain('ECONNRESET');
    await closed;
  });

  it('reads as always where Node cannot hand a connection over', async () => {
    const [pair] = await pairs(1);
    const { peer, accepted } = pair as { peer: Socket; accepted: Socket };
    const { _handle } = accepted as unknown as { _handle: object };
    Object.defineProperty(_handle, 'useUserBuffer', { value: undefined });
    const read: string[] = [];
    const socket = adopt(accepted, (bytes) => read.push(Buffer.from(bytes).toString()));
    expect(socket).toBe(accepted);
    peer.write('as always');
    await until(() => read.length === 1, 'the bytes');
    expect(read).toEqual(['as always']);
  });
});
