import { Buffer } from 'node:buffer';
import { BroadcastRequestCodec, IoService } from '@polywire/protocol/polywire.io.v1';
import { PacketFlag, PacketType, RouteCodec } from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES, encode } from '@polywire/protocol/wire';
import { createServer, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterEach, describe, expect, it } from 'vitest';
import { NativePeer } from '../kit/native-peer.js';

const MIB = 1_048_576;
const PIECE_BYTES = 65_536;
const broadcast = IoService.methods.broadcast?.methodId ?? 0;
/** One whole message of a little less than a mebibyte. */
const message = encode(BroadcastRequestCodec, { topic: 't', payload: new Uint8Array(MIB - 1_000) });

let server: PolywireServer;
const peers: NativePeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.drop();
  await server.close({ drainMs: 0 });
});

async function dial(at: number, id: string): Promise<NativePeer> {
  const peer = await NativePeer.open(server.addresses[at] as string, { token: `token of ${id}` });
  peers.push(peer);
  return peer;
}

/** Sends a message in pieces, without the last one unless `whole`. */
function sendPieces(peer: NativePeer, messageId: number, whole: boolean): void {
  for (let at = 0; at < message.length; at += PIECE_BYTES) {
    const isLast = at + PIECE_BYTES >= message.length;
    if (isLast && !whole) return;
    const ext = at === 0 ? encode(RouteCodec, { methodId: broadcast }) : EMPTY_BYTES;
    const flags = (isLast ? 0 : PacketFlag.FRAGMENTED) | (at === 0 ? PacketFlag.ROUTE : 0);
    const payload = message.subarray(at, at + PIECE_BYTES);
    const header = Buffer.alloc(16);
    header.set([1, 0, PacketType.REQUEST, IoService.serviceId]);
    header.writeUInt32BE(messageId, 4);
    header.writeUInt16BE(ext.length, 8);
    header.writeUInt32BE(payload.length, 10);
    header.writeUInt16BE(flags, 14);
    peer.send(Buffer.concat([header, ext, payload]));
  }
}

const failureOf = async (peer: NativePeer, messageId: number, whole: boolean): Promise<string> => {
  const outcome = peer.outcomeOf(messageId);
  sendPieces(peer, messageId, whole);
  return (await outcome)?.codeName ?? 'OK';
};

describe.each([
  ['WebSocket', 0],
  ['TCP', 1],
] as const)('messages of which pieces are missing, over %s', (_, at) => {
  it('are bounded for each client and for all; what is refused costs nobody his connection', async () => {
    const ids = ['a', 'b', 'c'];
    server = await createServer({
      listeners: [ws({ port: 0 }), tcp({ port: 0 })],
      limits: {
        maxPayloadBytes: 4 * PIECE_BYTES,
        maxValueBytes: 65_536,
        maxMessageBytes: MIB,
        maxUnfinishedBytes: 3 * MIB,
      },
      auth: { tokens: ids.map((id) => ({ token: `token of ${id}`, clientId: id, permissions: ['*'] })) },
    });
    const [a1, a2, b, c] = [await dial(at, 'a'), await dial(at, 'a'), await dial(at, 'b'), await dial(at, 'c')];
    sendPieces(a1, 101, false);
    sendPieces(a2, 102, false);
    expect(await failureOf(a2, 103, false)).toBe('RESOURCE_EXHAUSTED');
    // What is complete is not counted any more.
    expect(await failureOf(b, 104, true)).toBe('OK');
    expect(await failureOf(b, 105, true)).toBe('OK');
    sendPieces(b, 106, false);
    expect(await failureOf(b, 107, true)).toBe('RESOURCE_EXHAUSTED');
    expect(await failureOf(c, 108, true)).toBe('RESOURCE_EXHAUSTED');
    // A lost connection gives back what it held.
    a1.drop();
    await a1.closed;
    await expect.poll(() => server.sessions().length).toBe(3);
    expect(await failureOf(c, 109, true)).toBe('OK');
    expect(await failureOf(a2, 110, true)).toBe('OK');
    await a2.use(IoService).broadcast({ topic: 't' });
  });
});
