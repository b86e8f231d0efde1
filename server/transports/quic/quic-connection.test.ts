import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describeQuicEnd } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { numbered, numbersOf, upTo } from '../stage.cases.js';
import { Pair } from './in-memory.cases.js';
import { quicLoads, whyNot } from './quic-peer.cases.js';

/** Loses one datagram of so many after the handshake, without a period that retransmissions could fall in with. */
const oneIn = (count: number) => (n: number) => n > 8 && (Math.imul(n, 0x9e3779b1) >>> 16) % count === 0;
const mappings = ['one-stream', 'stream-per-packet'] as const;

describe.skipIf(!quicLoads)(`QuicConnection${whyNot}`, () => {
  describe.each(mappings)('with %s', (opens) => {
    it('carries packets both ways, whole and in order', async () => {
      const pair = await Pair.make({ opens });
      pair.server.react = (packet) => pair.server.connection.send(packet);
      pair.pump();
      const lengths = [1, 100, 1_349, 1_350, 16_384, 70_000, 300_000];
      for (const [index, length] of lengths.entries()) pair.client.connection.send(Buffer.alloc(length, index + 2));
      await pair.until(() => pair.client.packets.length === lengths.length);
      for (const side of [pair.server, pair.client]) {
        expect(side.packets.map((packet) => [packet.length, ...new Set(packet)])).toEqual(
          lengths.map((length, index) => [length, index + 2]),
        );
      }
      expect([pair.client.events, pair.server.events]).toEqual([['established'], ['established']]);
      expect(pair.client.connection.queuedBytes).toBe(0);
    });

    it('carries more packets than streams may be open', async () => {
      const pair = await Pair.make({ opens });
      pair.server.react = (packet) => pair.server.connection.send(packet);
      pair.pump();
      for (const index of upTo(1000)) pair.client.connection.send(numbered(index, 40));
      await pair.until(() => pair.client.packets.length === 1000);
      expect(numbersOf(pair.client.packets, 40)).toEqual(upTo(1000));
    });

    it('loses nothing and keeps the order when datagrams are lost', async () => {
      // quiche does not repeat a lost grant of further streams, so there have to be enough from the start.
      const many = { maxUnidirectionalStreams: 300 };
      const pair = await Pair.make({ opens, client: many, server: many, lost: oneIn(7) });
      pair.server.react = (packet) => pair.server.connection.send(packet);
      await pair.until(() => pair.client.events.length > 0 && pair.server.events.length > 0);
      for (const index of upTo(200)) pair.client.connection.send(numbered(index, 700));
      await pair.until(() => pair.client.packets.length === 200);
      expect(numbersOf(pair.client.packets, 700)).toEqual(upTo(200));
    });

    it('waits for a peer that does not read, and goes on when it does', async () => {
      const pair = await Pair.make({ opens, client: { streamWindowBytes: 8192 } });
      pair.pump();
      pair.client.connection.send(Buffer.from('hello'));
      pair.pump();
      pair.client.reads = false;
      for (const index of upTo(100)) pair.server.connection.send(numbered(index, 1000));
      pair.pump();
      const waiting = pair.server.connection.queuedBytes;
      expect(waiting).toBeGreaterThan(100 * 1000 - 2 * 8192 - 4 * 100);
      expect(waiting).toBeLessThan(100 * 1004);
      pair.client.reads = true;
      pair.client.connection.read();
      await pair.until(() => pair.client.packets.length === 100);
      expect(numbersOf(pair.client.packets, 1000)).toEqual(upTo(100));
      expect(pair.server.connection.queuedBytes).toBe(0);
    });

    it('delivers what waits before it closes with code and reason', async () => {
      const pair = await Pair.make({ opens });
      pair.pump();
      pair.client.connection.send(Buffer.from('hello'));
      pair.pump();
      for (const index of upTo(300)) pair.server.connection.send(numbered(index, 1000));
      pair.server.connection.close(3043, 'draining');
      pair.server.connection.close(3000, 'again');
      pair.server.connection.send(Buffer.from('too late'));
      await pair.until(() => pair.client.end !== undefined && pair.server.end !== undefined);
      expect(numbersOf(pair.client.packets, 1000)).toEqual(upTo(300));
      expect(pair.client.end).toEqual({ by: 'peer', isApplication: true, code: 3043, reason: 'draining' });
      expect(pair.server.end).toEqual({ by: 'here', isApplication: true, code: 3043, reason: 'draining' });
    });

    it('delivers what waits before it closes although datagrams are lost', async () => {
      const server = { maxUnidirectionalStreams: 300 };
      const pair = await Pair.make({ opens, server, lost: oneIn(3) });
      await pair.until(() => pair.server.events.length > 0);
      for (const index of upTo(50)) pair.client.connection.send(numbered(index, 1000));
      pair.client.connection.close(0, '');
      await pair.until(() => pair.client.end !== undefined);
      expect(numbersOf(pair.server.packets, 1000)).toEqual(upTo(50));
    });

    it('refuses a packet over the limit', async () => {
      const pair = await Pair.make({ opens, maxPacketBytes: 1000 });
      pair.pump();
      pair.client.connection.send(numbered(1, 1000));
      pair.client.connection.send(numbered(2, 1001));
      await pair.until(() => pair.client.end !== undefined);
      expect(numbersOf(pair.server.packets, 1000)).toEqual([1]);
      expect(pair.server.faults.map(({ code }) => code)).toEqual([ErrorCode.PACKET_TOO_LARGE]);
      expect(pair.client.end).toMatchObject({ by: 'peer', isApplication: true, code: 3534 });
    });

    it('sends each packet of a run on its own', async () => {
      const pair = await Pair.make({ opens });
      pair.pump();
      const packet = Buffer.alloc(20);
      packet[0] = 1;
      packet[13] = 4;
      pair.client.connection.send(Buffer.concat([packet, packet, packet]));
      await pair.until(() => pair.server.packets.length === 3);
      expect(pair.server.packets.map(({ length }) => length)).toEqual([20, 20, 20]);
    });
  });

  it('tells of the end of the stream, and may still answer', async () => {
    const pair = await Pair.make();
    pair.pump();
    pair.client.connection.send(Buffer.from('question'));
    pair.pump();
    pair.client.native.streamSend(0, new Uint8Array(0), true);
    pair.pump();
    expect(pair.server.events).toEqual(['established', 'end']);
    pair.server.connection.send(Buffer.from('answer'));
    pair.pump();
    expect(pair.client.packets.map(String)).toEqual(['answer']);
  });

  it.each([
    ['ends inside a packet', [0, 0, 0, 9, 1], true, ErrorCode.MALFORMED_PACKET],
    ['announces too much', [0xff, 0, 0, 0], false, ErrorCode.PACKET_TOO_LARGE],
  ])('reports a stream that %s', async (_what, bytes, fin, code) => {
    const pair = await Pair.make();
    pair.pump();
    pair.client.native.streamSend(0, Uint8Array.from(bytes), fin);
    pair.pump();
    expect(pair.server.faults.map((fault) => fault.code)).toEqual([code]);
    expect(pair.client.end?.isApplication).toBe(true);
  });

  it('never lets a client open a second stream, nor reads streams of the other kind', async () => {
    const pair = await Pair.make();
    pair.pump();
    pair.client.connection.send(Buffer.from('first'));
    pair.pump();
    expect(() => pair.client.native.streamSend(4, Buffer.from('x'), false)).toThrow('StreamLimit');
    pair.client.native.streamSend(2, Buffer.from('other kind'), true);
    pair.client.connection.send(Buffer.from('second'));
    pair.pump();
    expect(pair.server.packets.map(String)).toEqual(['first', 'second']);
    expect(pair.server.faults).toEqual([]);
  });

  it('hands over in the order of the streams, whatever the order in which they come', async () => {
    const pair = await Pair.make({ opens: 'stream-per-packet' });
    pair.pump();
    pair.client.native.streamSend(6, Buffer.from('second'), true);
    pair.pump();
    expect(pair.server.packets).toEqual([]);
    pair.client.native.streamSend(2, Buffer.from('fir'), false);
    pair.pump();
    pair.client.native.streamSend(2, Buffer.from('st'), true);
    pair.pump();
    expect(pair.server.packets.map(String)).toEqual(['first', 'second']);
  });

  it('ends at once, telling the peer', async () => {
    const pair = await Pair.make();
    pair.pump();
    for (const index of upTo(100)) pair.client.connection.send(numbered(index, 1000));
    pair.client.connection.abort(1001, 'bye');
    pair.pump();
    expect(pair.client.connection.queuedBytes).toBe(0);
    expect(pair.server.packets).toEqual([]);
    expect(pair.server.end).toEqual({ by: 'peer', isApplication: true, code: 1001, reason: 'bye' });
  });

  it('keeps a connection alive with pings, which ends without', async () => {
    const pair = await Pair.make({ client: { idleTimeoutMs: 200 }, server: { idleTimeoutMs: 200 } });
    pair.pump();
    const start = Date.now();
    await pair.until(() => {
      if (Date.now() - start < 500) pair.client.connection.ping();
      return pair.client.end !== undefined && pair.server.end !== undefined;
    });
    expect(Date.now() - start).toBeGreaterThan(690);
    expect([pair.client.end?.by, pair.server.end?.by]).toEqual(['silence', 'silence']);
  });

  it.each([
    ['no shared application protocol', { alpn: ['other'] }, 'no_application_protocol', 'server'],
    ['a certificate of nobody that is trusted', { verifyPeer: true }, 'unknown_ca', 'client'],
  ] as const)('refuses %s, and says so on both sides', async (_what, client, text, refusing) => {
    const pair = await Pair.make({ client });
    await pair.until(() => pair.client.end !== undefined && pair.server.end !== undefined);
    for (const side of ['client', 'server'] as const) {
      const end = pair[side].end;
      expect(end?.by).toBe(side === refusing ? 'here' : 'peer');
      expect(end && describeQuicEnd(end)).toContain(text);
    }
    expect(pair.server.events).toEqual([]);
  });

  it('takes any bytes for a datagram', async () => {
    const pair = await Pair.make();
    pair.pump();
    const path = { from: { host: '127.0.0.1', port: 1111 }, to: { host: '127.0.0.1', port: 2222 } };
    for (const length of upTo(1300)) {
      const junk = Buffer.from(Array.from({ length }, (_, at) => (at * 31 + length * 17) & 255));
      pair.server.connection.receive(junk, path);
      pair.server.connection.read();
    }
    pair.client.connection.send(Buffer.from('still here'));
    pair.pump();
    expect(pair.server.packets.map(String)).toEqual(['still here']);
    expect(pair.server.end).toBeUndefined();
  });
});
