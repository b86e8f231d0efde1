import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { connect } from '@polywire/sdk';
import { describe, expect, it } from 'vitest';
import type { MsgTransOptions } from '../../../server/dialects/msgtrans/msgtrans.js';
import { quic, tcp, ws } from '../../../server/listeners.js';
import { quicLoads, whyNot } from '../../../server/transports/quic/quic-peer.cases.js';
import { dialRaw } from '../../kit/dial-raw.js';
import { carriers, packetOf, settle, textOf } from './msgtrans-client.js';
import { ONE_WAY, REQUEST, RESPONSE, stageOf } from './msgtrans-stage.js';

describe.each([true, false])('MsgTrans clients, with one_packet_a_write = %s,', (onePacketAWrite) => {
  const { dial, known, peerOf, start } = stageOf(onePacketAWrite);
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
});
