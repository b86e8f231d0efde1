import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect } from '@polywire/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../server/config/defaults.js';
import { createServer } from '../../../server/create-server.js';
import type { MsgTransOptions, MsgTransPeer } from '../../../server/dialects/msgtrans/msgtrans.js';
import { quic, tcp, ws } from '../../../server/listeners.js';
import type { PolywireServer } from '../../../server/server.js';
import { quicLoads, whyNot } from '../../../server/transports/quic/quic-peer.cases.js';
import { dialRaw } from '../../kit/dial-raw.js';
import { carriers, dialMsgTrans, type MsgTransClient, packetOf, settle, textOf } from './msgtrans-client.js';

const ONE_WAY = 0;
const REQUEST = 1;
const RESPONSE = 2;

describe.each([true, false])('MsgTrans clients, with one_packet_a_write = %s,', (onePacketAWrite) => {
  const servers: PolywireServer[] = [];
  const clients: MsgTransClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const server of servers.splice(0)) await server.close({ drainMs: 0 });
  });

  const start = async (
    msgtrans: MsgTransOptions = {},
    more: Partial<Parameters<typeof createServer>[0]> = {},
  ): Promise<PolywireServer> => {
    const listeners = [tcp({ port: 0, dialect: 'msgtrans' }), ws({ port: 0, dialect: 'msgtrans' })];
    const server = await createServer({ listeners, msgtrans: { onePacketAWrite, ...msgtrans }, ...more });
    servers.push(server);
    return server;
  };
  const dial = async (server: PolywireServer, carrier: (typeof carriers)[number] = 'tcp'): Promise<MsgTransClient> => {
    const [scheme] = carrier.split('-');
    const address = server.addresses.find((each) => each.startsWith(`${scheme}:`)) as string;
    const client = await dialMsgTrans(carrier, address);
    clients.push(client);
    return client;
  };
  const peerOf = (server: PolywireServer): MsgTransPeer => server.msgtrans.peers.at(-1) as MsgTransPeer;
  /** The client is connected and the server knows it. */
  const known = async (server: PolywireServer, options?: MsgTransOptions): Promise<[MsgTransClient, MsgTransPeer]> => {
    const client = await dial(server);
    if (options === undefined) await settle(client);
    while (server.msgtrans.peers.length === 0) await sleep(2);
    return [client, peerOf(server)];
  };

  for (const carrier of carriers) {
    const skipped = carrier.startsWith('quic') && !quicLoads;
    it.skipIf(skipped)(`are greeted, asked and echoed over ${carrier}${skipped ? whyNot : ''}`, async () => {
      const make = { tcp, ws, quic }[carrier.split('-')[0] as 'tcp' | 'ws' | 'quic'];
      const server = await start({}, { listeners: [make({ port: 0, dialect: 'msgtrans' })] });
      const client = await dial(server, carrier);
      // On the one stream of QUIC nothing can be sent to a client before its first byte.
      client.send(packetOf(ONE_WAY, 1, Buffer.from([0x68, 0x69, 0xff])));
      const seen = [textOf(await client.next()), textOf(await client.next()), textOf(await client.next())];
      expect(seen).toContain('one-way 20000 Welcome to Echo Server!');
      const echo = seen.findIndex((text) => text.endsWith('Echo: hi\ufffd'));
      expect(seen[echo]).toMatch(/^one-way 2000[12] /);
      const question = seen.find((text) => text.startsWith('request ')) as string;
      const [, id = ''] = question.split(' ');
      expect(question).toMatch(/^request 2000[12] status\?$/);
      client.send(packetOf(RESPONSE, Number(id), 'fine'));
      client.send(packetOf(REQUEST, 7, 'X', { bizType: 9, flags: 2 }));
      const reply = (await client.next()) as Buffer;
      expect(reply.toString('hex')).toBe(packetOf(RESPONSE, 7, 'Echo: X').toString('hex'));
    });
  }

  it('are echoed on native listeners, where nothing is sent before they have sent something', async () => {
    const server = await start({}, { listeners: [tcp({ port: 0 })], limits: { helloTimeoutMs: 1_000 } });
    const [address = ''] = server.addresses;
    const raw = await dialRaw(address);
    await sleep(200);
    expect([raw.receivedBytes, server.msgtrans.peers.length]).toEqual([0, 0]);
    raw.destroy();
    const client = await dial(server);
    client.send(packetOf(REQUEST, 1, 'X'));
    expect(textOf(await client.next())).toBe('response 1 Echo: X');
    client.send(packetOf(ONE_WAY, 2, 'Y'));
    expect(textOf(await client.next())).toBe('one-way 20000 Echo: Y');
    const asked = peerOf(server).request('who?');
    expect(textOf(await client.next())).toBe('request 20001 who?');
    client.send(packetOf(RESPONSE, 20_001, 'me'));
    expect(Buffer.from(await asked).toString()).toBe('me');
    // It never says Hello, and is not closed for that.
    await sleep(1_100);
    client.send(packetOf(REQUEST, 3, 'Z'));
    expect(textOf(await client.next())).toBe('response 3 Echo: Z');
    const native = await connect(address);
    await native.kv.set({ key: 'k', value: new Uint8Array([1]) });
    expect(server.msgtrans.peers).toHaveLength(1);
    await native.close();
  });

  it.skipIf(!quicLoads).each(['quic-bidi', 'quic-uni'] as const)(
    'are echoed on a native listener over %s',
    async (carrier) => {
      const server = await start({}, { listeners: [quic({ port: 0 })] });
      const client = await dial(server, carrier);
      for (const text of ['a', 'b', 'c']) client.send(packetOf(REQUEST, text.charCodeAt(0), text));
      for (const text of ['a', 'b', 'c']) {
        expect(textOf(await client.next())).toBe(`response ${text.charCodeAt(0)} Echo: ${text}`);
      }
    },
  );

  it('may be silent for as long as they like', async () => {
    const server = await start({ echo: false }, { limits: { helloTimeoutMs: 100 } });
    const [client, peer] = await known(server, {});
    await sleep(400);
    peer.send('still there?');
    expect(textOf(await client.next())).toBe('one-way 20000 still there?');
  });

  it('are answered by handlers of their own, at once or later', async () => {
    const opened: string[] = [];
    const server = await start({
      onOpen: (peer) => opened.push(peer.transport),
      onMessage: ({ payload }, peer) => peer.send(payload, { bizType: 3, ext: Buffer.from('ext') }),
      onRequest: async ({ payload, bizType, ext }) => {
        const text = Buffer.from(payload).toString();
        if (text === 'settle') return payload;
        await sleep(text === 'slow' ? 50 : 1);
        return text === 'nothing' ? undefined : `${text} ${bizType} ${ext.length}`;
      },
    });
    const client = await dial(server);
    for (const [id, text] of ['slow', 'nothing', 'fast'].entries())
      client.send(packetOf(REQUEST, id, text, { bizType: 200 }));
    expect(textOf(await client.next())).toBe('response 2 fast 200 0');
    expect(textOf(await client.next())).toBe('response 0 slow 200 0');
    client.send(packetOf(ONE_WAY, 5, 'hello'));
    const echoed = (await client.next()) as Buffer;
    expect([echoed[3], echoed.readUInt16BE(8), echoed.toString('utf8', 16)]).toEqual([3, 3, 'exthello']);
    await settle(client);
    expect(opened).toEqual(['tcp']);
  });

  it('answer requests of the server, which time out or end with the connection', async () => {
    const late: string[] = [];
    const server = await start({
      onRequest: ({ payload }) => payload,
      onMessage: ({ id, payload }) => void late.push(`${id} ${Buffer.from(payload)}`),
    });
    const [client, peer] = await known(server);
    const timed = peer.request('one', { timeoutMs: 50 });
    expect(textOf(await client.next())).toBe('request 20000 one');
    await expect(timed).rejects.toMatchObject({ code: ErrorCode.DEADLINE_EXCEEDED });
    client.send(packetOf(RESPONSE, 20_000, 'too late'));
    await settle(client);
    expect(late).toEqual(['20000 too late']);
    const answered = peer.request('two', { bizType: 4 });
    expect((await client.next())?.[3]).toBe(4);
    client.send(packetOf(RESPONSE, 20_001, 'in time'));
    expect(Buffer.from(await answered).toString()).toBe('in time');
    const cut = peer.request('three');
    await client.next();
    client.destroy();
    await expect(cut).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    await expect(peer.request('four')).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    peer.send('nothing happens');
    expect(server.msgtrans.peers).toEqual([]);
  });

  it('are not told when a handler fails, unless that is wanted', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const handlers: MsgTransOptions = {
      onMessage: async () => fail(),
      onRequest: ({ payload }) => (Buffer.from(payload).toString() === 'settle' ? payload : fail()),
    };
    const server = await start(handlers);
    const client = await dial(server);
    client.send(packetOf(REQUEST, 1, 'x'));
    client.send(packetOf(ONE_WAY, 2, 'x'));
    await settle(client);
    expect(server.msgtrans.counts.failed).toBe(2);
    expect(server.stats().errors).toBe(2);
    const telling = await start({ ...handlers, errorReply: 'sorry' });
    const other = await dial(telling);
    other.send(packetOf(REQUEST, 1, 'x'));
    expect(textOf(await other.next())).toBe('response 1 sorry');
    other.send(packetOf(ONE_WAY, 2, 'x'));
    await settle(other);
  });

  it('are never sent what they would not take', async () => {
    const server = await start({ onRequest: ({ payload }) => payload });
    const [client, peer] = await known(server);
    expect(() => peer.send(new Uint8Array(1_048_577))).toThrow(/1048577 bytes cannot be sent .* the limit is 1048576/);
    expect(() => peer.send('', { bizType: 256 })).toThrow(/bizType 256/);
    expect(() => peer.send('', { ext: new Uint8Array(65_536) })).toThrow(/65536 bytes does not fit/);
    await expect(peer.request('', { bizType: -1 })).rejects.toMatchObject({ code: ErrorCode.INVALID_ARGUMENT });
    peer.send(new Uint8Array(1_048_576).fill(7));
    expect((await client.next())?.length).toBe(1_048_592);
  });

  it('may send up to 16 MiB in a WebSocket message, and 1 MiB over TCP', async () => {
    const server = await start({ onRequest: ({ payload }) => String(payload.length), maxMessageBytes: 4_194_304 });
    const client = await dial(server, 'ws');
    client.send(packetOf(REQUEST, 1, Buffer.alloc(4_194_304 - 16)));
    expect(textOf(await client.next())).toBe('response 1 4194288');
    client.send(packetOf(REQUEST, 2, Buffer.alloc(4_194_304 - 15)));
    expect(await client.closed).toBe(1009);
    expect(defaultConfig.msgtrans).toMatchObject({ maxMessageBytes: 16 << 20, maxPayloadBytes: 1 << 20 });
  });

  it('have their payloads inflated, but no bombs', async () => {
    const seen: string[] = [];
    const server = await start({
      maxInflatedBytes: 10_000,
      onRequest: ({ payload }) => payload,
      onMessage: ({ payload }) =>
        void seen.push(payload.length > 50 ? String(payload.length) : String(Buffer.from(payload))),
    });
    const client = await dial(server);
    const bomb = deflateSync(Buffer.alloc(10_001));
    client.send(packetOf(ONE_WAY, 1, deflateSync('text'), { compression: 2 }));
    client.send(packetOf(ONE_WAY, 2, deflateSync(Buffer.alloc(10_000)), { compression: 2 }));
    client.send(packetOf(ONE_WAY, 3, 'not compressed', { compression: 1 }));
    client.send(packetOf(REQUEST, 4, bomb, { compression: 2 }));
    const reply = (await client.next()) as Buffer;
    expect([reply[1], reply.subarray(16).equals(bomb)]).toEqual([0, true]);
    expect(seen).toEqual(['text', '10000', 'not compressed']);
    expect(server.msgtrans.counts.notInflated).toBe(2);
  });

  it('are no MsgTrans clients any more once they have said Hello', async () => {
    const server = await start({}, { listeners: [tcp({ port: 0 })] });
    const client = await dial(server);
    client.send(packetOf(REQUEST, 1, 'X'));
    expect(textOf(await client.next())).toBe('response 1 Echo: X');
    const asked = peerOf(server).request('who?');
    const refused = expect(asked).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    await client.next();
    // Hello of a client without an id, as request 2.
    client.send(Buffer.from('01000101000000020002000000000004' + '0801', 'hex'));
    expect((await client.next())?.subarray(0, 8).toString('hex')).toBe('0100020100000002');
    await refused;
    expect(server.msgtrans.peers).toEqual([]);
    client.send(packetOf(REQUEST, 3, 'Y'));
    // Ping, as request 4.
    client.send(Buffer.from('01000101000000040002000000000004' + '0802', 'hex'));
    expect((await client.next())?.subarray(0, 8).toString('hex')).toBe('0100020100000004');
  });

  it('are served by a native listener that wants tokens only where clients without one may be', async () => {
    const tokens = [{ token: 'of somebody else', permissions: ['*'] }];
    const listeners = [tcp({ port: 0 })];
    const closed = await start({}, { listeners, auth: { tokens } });
    const raw = await dialRaw(closed.addresses[0] as string);
    raw.send(packetOf(REQUEST, 1, 'X'));
    await raw.closed;
    expect([raw.receivedBytes, closed.msgtrans.peers]).toEqual([0, []]);
    const open = await start({}, { listeners, auth: { tokens, anonymous: ['msgtrans'] } });
    const client = await dial(open);
    client.send(packetOf(REQUEST, 1, 'X'));
    expect(textOf(await client.next())).toBe('response 1 Echo: X');
  });

  it('that are too many are refused', async () => {
    const server = await start({ onRequest: ({ payload }) => payload }, { limits: { maxConnections: 2 } });
    const [first] = [await dial(server), await dial(server)];
    const third = await dialRaw(server.addresses[0] as string);
    await third.closed;
    await settle(first as MsgTransClient);
    first?.destroy();
    while (server.msgtrans.peers.length > 1) await sleep(2);
    await settle(await dial(server));
  });

  it('that do not read are not read either, and those that cannot be held back are closed', async () => {
    const server = await start({ onRequest: ({ payload }) => payload }, { limits: { maxQueuedBytes: 262_144 } });
    const raw = await dialRaw(server.addresses[0] as string);
    raw.read(false);
    const packet = packetOf(REQUEST, 1, Buffer.alloc(60_000));
    const count = 500;
    for (let sent = 0; sent < count; sent++) raw.send(packet);
    await sleep(300);
    expect(server.sessions()[0]?.messagesIn).toBeLessThan(count);
    raw.read(true);
    const received = await raw.receive(count * packet.length, 20_000);
    expect(received.length).toBe(count * packet.length);
    raw.destroy();
  });

  it('may ask more than is handled at once', async () => {
    let running = 0;
    let most = 0;
    const server = await start(
      {
        onRequest: async ({ payload }) => {
          most = Math.max(most, ++running);
          await sleep(1);
          running--;
          return payload;
        },
      },
      { limits: { maxCalls: 8 } },
    );
    for (const carrier of ['tcp', 'ws'] as const) {
      const client = await dial(server, carrier);
      await client.sendAll(
        [...Array(200).keys()].map((id) => packetOf(REQUEST, id, String(id))),
        'at once',
      );
      const seen = new Set<string>();
      for (let count = 0; count < 200; count++) seen.add(textOf(await client.next()));
      expect(seen.size).toBe(200);
    }
    expect(most).toBe(8);
  });

  it('whose messages pile up where they cannot be held back are closed', async () => {
    const server = await start(
      { onRequest: () => new Promise<string>(() => {}) },
      { limits: { maxCalls: 1, maxQueuedBytes: 65_536 } },
    );
    const client = await dial(server, 'ws');
    for (let id = 0; id < 4; id++) client.send(packetOf(REQUEST, id, Buffer.alloc(30_000)));
    expect(await client.closed).toBe(3002);
  });

  it('are answered what they asked before the server stops, or they end their side', async () => {
    const server = await start({
      onRequest: async ({ payload }) => {
        await sleep(100);
        return payload;
      },
    });
    const client = await dial(server, 'ws');
    const half = await dialRaw(server.addresses[0] as string);
    half.send(packetOf(REQUEST, 2, 'ended'));
    half.end();
    const answer = await half.receive(21);
    expect(textOf(answer)).toBe('response 2 ended');
    await half.closed;
    client.send(packetOf(REQUEST, 1, 'stopped'));
    while (server.sessions()[0]?.runningCalls !== 1) await sleep(2);
    const closing = server.close();
    expect(textOf(await client.next())).toBe('response 1 stopped');
    expect(await client.closed).toBe(1001);
    await closing;
  });
});
