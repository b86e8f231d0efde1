import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../server/config/defaults.js';
import { tcp } from '../../../server/listeners.js';
import { dialRaw } from '../../kit/dial-raw.js';
import { type MsgTransClient, packetOf, settle, textOf } from './msgtrans-client.js';
import { ONE_WAY, REQUEST, stageOf } from './msgtrans-stage.js';

describe.each([true, false])('MsgTrans clients, with one_packet_a_write = %s,', (onePacketAWrite) => {
  const { dial, known, peerOf, start } = stageOf(onePacketAWrite);
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
