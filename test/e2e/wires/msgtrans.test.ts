import { Buffer } from 'node:buffer';
import { PACKET_HEADER_BYTES, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { encodePacket } from '../../../server/dialects/msgtrans/encode.js';
import type { MsgTransMessage } from '../../../server/dialects/msgtrans/msgtrans.js';
import { quic, tcp, ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { quicLoads, whyNot } from '../../../server/transports/quic/quic-peer.cases.js';
import { dialRaw } from '../../kit/dial-raw.js';
import { Opcode, RawWebSocket } from '../../kit/raw-websocket.js';
import { type Carrier, carriers, dialMsgTrans, type MsgTransClient, packetOf, settle } from './msgtrans-client.js';
import {
  bytesOf,
  decodedOf,
  type MsgTransDecoded,
  type MsgTransVector,
  msgtransVectors,
  olderVectors,
  payloadOf,
  v1Vectors,
} from './msgtrans-vectors.js';

const SETTLE_ID = 0xffff_fff0;

interface Seen extends MsgTransMessage {
  readonly isRequest: boolean;
}

const plain = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A message as a vector says it. A response that nobody waits for is one-way. */
const shown = ({ isRequest, id, bizType, flags, ext, payload }: Seen): object => ({
  isRequest,
  id,
  bizType,
  flags,
  ext: plain(ext),
  payload: plain(payload),
});
const meant = (decoded: MsgTransDecoded): object => ({
  isRequest: decoded.packetType === 'request',
  id: decoded.messageId,
  bizType: decoded.bizType,
  flags: decoded.flags,
  ext: decoded.extHex,
  payload: plain(payloadOf(decoded)),
});

/** The response to a request of the identity handler: everything beside the id and the payload is 0. */
function replyTo(decoded: MsgTransDecoded): Buffer {
  const payload = payloadOf(decoded);
  const header = Buffer.alloc(PACKET_HEADER_BYTES);
  header.set([1, 0, 2, 0]);
  header.writeUInt32BE(decoded.messageId, 4);
  header.writeUInt32BE(payload.length, 10);
  return Buffer.concat([header, payload]);
}

const toServer = v1Vectors.filter(({ direction }) => direction !== 'server-to-client');
const isFor = (vector: MsgTransVector, carrier: Carrier): boolean => {
  if (vector.name.startsWith('unknown-') && carrier.startsWith('quic')) return true;
  return vector.transport === 'any' || vector.transport === (carrier === 'ws' ? 'websocket' : carrier);
};
/** A frame of the one stream of QUIC has its length in the vector. */
const packetIn = (vector: MsgTransVector): Buffer =>
  vector.name === 'quic-bidi-frame' ? bytesOf(vector).subarray(4) : bytesOf(vector);
const readable = (carrier: Carrier): MsgTransVector[] =>
  toServer.filter((vector) => isFor(vector, carrier) && decodedOf(vector).length > 0 && vector.hex !== undefined);

describe('vectors of MsgTrans', () => {
  const seen: Seen[] = [];
  const clients: MsgTransClient[] = [];
  let server: PolywireServer;
  let strict: PolywireServer;
  /** Sends packets together. */
  let together: PolywireServer;

  beforeAll(async () => {
    const record = (isRequest: boolean) => (message: MsgTransMessage) => {
      if (message.id !== SETTLE_ID) seen.push({ ...message, isRequest });
    };
    const listeners = [
      tcp({ port: 0, dialect: 'msgtrans' }),
      ws({ port: 0, dialect: 'msgtrans' }),
      ...(quicLoads ? [quic({ port: 0, dialect: 'msgtrans' })] : []),
    ];
    const onRequest = (message: MsgTransMessage): Uint8Array => {
      record(true)(message);
      return message.payload;
    };
    server = await createServer({ listeners, msgtrans: { onMessage: record(false), onRequest } });
    strict = await createServer({ listeners, msgtrans: { strict: true, onMessage: record(false), onRequest } });
    together = await createServer({
      listeners,
      msgtrans: { onePacketAWrite: false, onMessage: record(false), onRequest },
    });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    seen.length = 0;
  });
  afterAll(async () => {
    await server.close({ drainMs: 0 });
    await strict.close({ drainMs: 0 });
    await together.close({ drainMs: 0 });
  });

  const addressOf = (carrier: Carrier, of = server): string => {
    const [scheme] = carrier.split('-');
    return of.addresses.find((address) => address.startsWith(`${scheme}:`)) as string;
  };
  const dial = async (carrier: Carrier, of = server): Promise<MsgTransClient> => {
    const client = await dialMsgTrans(carrier, addressOf(carrier, of));
    clients.push(client);
    return client;
  };

  /** What a client is answered, and what the handlers saw. */
  async function expectHandled(client: MsgTransClient, vectors: readonly MsgTransVector[]): Promise<void> {
    const decoded = vectors.flatMap(decodedOf);
    for (const request of decoded.filter(({ packetType }) => packetType === 'request')) {
      expect((await client.next())?.toString('hex')).toBe(replyTo(request).toString('hex'));
    }
    await settle(client);
    expect(seen.map(shown)).toEqual(decoded.map(meant));
  }

  it('are all known', () => {
    expect(msgtransVectors).toHaveLength(45);
    expect(readable('tcp').length).toBeGreaterThan(20);
    const replies = toServer.filter(({ expectReplyHex }) => expectReplyHex !== undefined);
    for (const vector of replies) {
      const [decoded] = decodedOf(vector);
      expect(replyTo(decoded as MsgTransDecoded).toString('hex')).toBe(vector.expectReplyHex);
    }
  });

  const settings = [
    ...carriers.map((carrier) => ({ carrier, setting: '', served: () => server })),
    { carrier: 'tcp' as const, setting: ', packets together', served: () => together },
  ];
  for (const { carrier, setting, served } of settings) {
    const skipped = carrier.startsWith('quic') && !quicLoads;
    describe.skipIf(skipped)(`over ${carrier}${setting}${skipped ? whyNot : ''}`, () => {
      it.each(readable(carrier))('$name, whole', async (vector) => {
        const client = await dial(carrier, served());
        client.send(packetIn(vector));
        await expectHandled(client, [vector]);
      });

      it.each(readable(carrier))('$name, byte by byte', async (vector) => {
        const client = await dial(carrier, served());
        await client.sendAll([packetIn(vector)], 'byte by byte');
        await expectHandled(client, [vector]);
      });

      it.each(['at once', 'byte by byte'] as const)('all of them in one stream, %s', async (how) => {
        const client = await dial(carrier, served());
        const vectors = readable(carrier);
        await client.sendAll(vectors.map(packetIn), how);
        await expectHandled(client, vectors);
      });

      it('server-push and server-request', async () => {
        const client = await dial(carrier, served());
        await settle(client);
        const peer = served().msgtrans.peers.at(-1);
        peer?.send('Welcome');
        const answer = peer?.request('status?');
        for (const name of ['server-push', 'server-request']) {
          const packet = (await client.next()) as Buffer;
          const wanted = bytesOf(msgtransVectors.find((vector) => vector.name === name) as MsgTransVector);
          expect(packet.readUInt32BE(4)).toBeGreaterThanOrEqual(20_000);
          if (name === 'server-request') client.send(packetOf(2, packet.readUInt32BE(4), 'fine'));
          packet.set(wanted.subarray(4, 8), 4);
          expect(packet.toString('hex')).toBe(wanted.toString('hex'));
        }
        expect(Buffer.from((await answer) as Uint8Array).toString()).toBe('fine');
        await settle(client);
        expect(seen).toEqual([]);
      });
    });
  }

  it('tcp-split, in its segments', async () => {
    const vector = toServer.find(({ name }) => name === 'tcp-split') as MsgTransVector;
    const client = await dial('tcp');
    for (const segment of vector.segments ?? []) {
      client.send(Buffer.from(segment, 'hex'));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expectHandled(client, [vector]);
  });

  const refused = [...toServer, ...olderVectors].filter(
    ({ era, expect: expected, name, transport }) =>
      (expected?.outcome === 'close' && transport === 'tcp') ||
      (!era.startsWith('v1') && name !== 'legacy-9-heartbeat'),
  );

  it.each(refused)('$name closes on TCP, whole and cut byte by byte', async (vector) => {
    for (const cut of ['at once', 'byte by byte'] as const) {
      const raw = await dialRaw(addressOf('tcp'));
      const bytes = bytesOf(vector);
      await raw.sendPieces(cut === 'at once' ? [bytes] : [...bytes].map((byte) => Buffer.of(byte)));
      await raw.closed;
      expect(raw.receivedBytes).toBe(0);
      raw.destroy();
    }
    expect(seen).toEqual([]);
  });

  it.each(['tcp-payload-1mib', 'legacy-9-heartbeat'])('%s waits for more on TCP', async (name) => {
    const vector = msgtransVectors.find((each) => each.name === name) as MsgTransVector;
    const client = await dial('tcp');
    client.send(bytesOf(vector));
    // Whoever connects later is served, and the first one is still there.
    await settle(await dial('tcp'));
    expect(await Promise.race([client.closed.then(() => 'closed'), Promise.resolve('open')])).toBe('open');
  });

  it('a payload of 1 MiB is taken on TCP', async () => {
    const client = await dial('tcp');
    const payload = Buffer.alloc(1_048_576, 7);
    const packet = packetOf(1, 9, payload);
    client.send(packet);
    expect((await client.next())?.subarray(16).equals(payload)).toBe(true);
  });

  it.skipIf(!quicLoads)('quic-bidi-over-16mib closes', async () => {
    const { dialQuic } = await import('../../../server/transports/quic/quic-peer.cases.js');
    const vector = toServer.find(({ name }) => name === 'quic-bidi-over-16mib') as MsgTransVector;
    const peer = await dialQuic(Number(new URL(addressOf('quic-bidi')).port), { alpn: ['msgtrans'] });
    peer.sendRaw(0, bytesOf(vector), false);
    expect(await peer.ended).toMatchObject({ by: 'peer', code: 3534 });
  });

  it('ws-text-message', async () => {
    const vector = toServer.find(({ name }) => name === 'ws-text-message') as MsgTransVector;
    const socket = await RawWebSocket.open(Number(new URL(addressOf('ws')).port), '/');
    socket.text(vector.text as string);
    socket.send(Opcode.PING, Buffer.from('there?'));
    expect(await socket.next()).toEqual({ opcode: Opcode.PONG, payload: Buffer.from('there?') });
    expect(seen.map(shown)).toEqual(decodedOf(vector).map(meant));
    socket.destroy();
  });

  const others = toServer.filter(
    ({ name, expect: expected }) => expected?.strictPolicy === 'close' || name === 'ws-text-message',
  );

  it.each(others)('$name closes where it is strict', async (vector) => {
    const socket = await RawWebSocket.open(Number(new URL(addressOf('ws', strict)).port), '/');
    socket.send(vector.text === undefined ? Opcode.BINARY : Opcode.TEXT, bytesOf(vector));
    const closing = await socket.next();
    expect([closing?.opcode, closing?.payload.readUInt16BE()]).toEqual([Opcode.CLOSE, 3532]);
    socket.destroy();
    if (!quicLoads || vector.text !== undefined) return;
    const client = await dial('quic-bidi', strict);
    client.send(bytesOf(vector));
    expect(await client.closed).toBe(3532);
    expect(seen).toEqual([]);
  });

  const types = { oneway: PacketType.ONE_WAY, request: PacketType.REQUEST, response: PacketType.RESPONSE };
  const written = v1Vectors.filter(({ canonical, decoded }) => canonical && decoded !== null);

  it.each(written.filter((vector) => decodedOf(vector)[0]?.flags === 0))('$name, written', (vector) => {
    const [decoded] = decodedOf(vector) as [MsgTransDecoded];
    const head = { bizType: decoded.bizType, ext: Buffer.from(decoded.extHex, 'hex') };
    const packet = encodePacket(types[decoded.packetType], decoded.messageId, payloadOf(decoded), head, 1_048_576);
    expect(plain(packet)).toBe(plain(packetIn(vector)));
  });
});
