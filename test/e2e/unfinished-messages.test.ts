import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '../../server/create-server.js';
import { tcp } from '../../server/listeners.js';
import type { PolywireServer } from '../../server/server.js';

const MAX_BYTES = 65_536;
const LARGE_BYTES = 40_000;

/** A one-way packet of no service: who sends it need not say Hello. */
function opaque(payloadBytes: number): Buffer {
  const packet = Buffer.alloc(16 + payloadBytes);
  packet[0] = 1;
  packet.writeUInt32BE(payloadBytes, 10);
  return packet;
}

/** A short one is empty, which is legal and says nothing. */
const banioFrame = (byteCount: number): Buffer => {
  const frame = byteCount > 60 ? Buffer.alloc(4 + byteCount) : Buffer.alloc(4);
  frame.writeUInt32LE(frame.length - 4);
  return frame;
};

describe.each([
  ['native over TCP', 'native', opaque],
  ['BanIO', 'banio', banioFrame],
  ['MsgTrans over TCP', 'msgtrans', opaque],
] as const)('unfinished messages, %s', (_, dialect, messageOf) => {
  let server: PolywireServer | undefined;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server?.close({ drainMs: 0 });
  });

  const start = async (stallTimeoutMs: number): Promise<void> => {
    server = await createServer({
      listeners: [tcp({ port: 0, dialect })],
      limits: { stallTimeoutMs, maxUnfinishedBytes: MAX_BYTES },
      msgtrans: { stallTimeoutMs: stallTimeoutMs || 60_000 },
    });
  };

  const dial = (): { socket: Socket; ended: Promise<void>; isEnded(): boolean } => {
    const { hostname, port } = new URL((server as PolywireServer).addresses[0] as string);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    let over = false;
    const ended = new Promise<void>((resolve) => {
      socket.on('close', () => {
        over = true;
        resolve();
      });
    });
    socket.on('error', () => {}).resume();
    return { socket, ended, isEnded: () => over };
  };

  const errorOf = async (server: PolywireServer): Promise<string> => {
    for await (const event of server.events()) if (event.type === 'error') return event.error.codeName;
    return '';
  };

  it('one that stands still ends its connection, an idle connection goes on', { timeout: 20_000 }, async () => {
    await start(300);
    const error = errorOf(server as PolywireServer);
    const [stalled, idle] = [dial(), dial()];
    idle.socket.write(messageOf(5));
    stalled.socket.write(Buffer.concat([messageOf(5), messageOf(100).subarray(0, 50)]));
    await stalled.ended;
    expect(await error).toBe('DEADLINE_EXCEEDED');
    expect(idle.isEnded()).toBe(false);
  });

  it('all together hold no more than the limit', { timeout: 20_000 }, async () => {
    await start(0);
    const error = errorOf(server as PolywireServer);
    const half = Buffer.concat([messageOf(5), messageOf(2 * LARGE_BYTES).subarray(0, LARGE_BYTES)]);
    const [first, second] = [dial(), dial()];
    first.socket.write(half);
    second.socket.write(half);
    await Promise.race([first.ended, second.ended]);
    expect(await error).toBe('RESOURCE_EXHAUSTED');
    expect(Number(first.isEnded()) + Number(second.isEnded())).toBe(1);
    // What the others hold goes with them.
    for (const { socket } of [first, second]) socket.destroy();
    await Promise.all([first.ended, second.ended]);
    const third = dial();
    third.socket.end(half);
    third.socket.on('finish', () => {});
    await third.ended;
    expect(server?.sessions()).toEqual([]);
  });
});
