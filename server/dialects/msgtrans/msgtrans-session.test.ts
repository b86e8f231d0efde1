import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { packetOf, textOf } from '../../../test/e2e/wires/msgtrans-client.js';
import { defaultConfig } from '../../config/defaults.js';
import { createLogger } from '../../log.js';
import { Counters } from '../../metrics/counters.js';
import { EventStream } from '../../sessions/event-stream.js';
import { SessionHost } from '../../sessions/session-host.js';
import { SessionTable } from '../../sessions/session-table.js';
import { FakeConnection } from '../kv/kv-session.cases.js';
import type { MsgTransOptions } from './msgtrans.js';
import { MsgTransHub, type MsgTransHubParts } from './msgtrans-hub.js';
import { MsgTransSession } from './msgtrans-session.js';

const ONE_WAY = 0;
const REQUEST = 1;
const RESPONSE = 2;

function stageOf(options: MsgTransOptions = {}, parts: Partial<MsgTransHubParts> = {}) {
  const clock = new FakeClock();
  const logger = createLogger({ level: 'silent' });
  const counting = { sessions: new SessionTable(), events: new EventStream(), counters: new Counters() };
  const host = new SessionHost({ clock, logger, limits: defaultConfig.limits, ...counting });
  const config = { ...defaultConfig.msgtrans, ...options };
  const hub = new MsgTransHub({
    host,
    logger,
    config,
    handlers: options,
    maxCalls: 4,
    maxQueuedBytes: 1 << 22,
    ...parts,
  });
  const connection = new FakeConnection();
  const session = new MsgTransSession(connection, hub, 's');
  /** Every write as a text; none is more than one packet. */
  const takeWrites = (): string[] =>
    connection.writes.splice(0).map((write) => {
      const packet = Buffer.from(write);
      expect(packet.length).toBe(16 + packet.readUInt32BE(10));
      return textOf(packet);
    });
  return { clock, host, hub, connection, session, takeWrites };
}

const identity: MsgTransOptions = { onRequest: ({ payload }) => payload };

describe('a MsgTrans session', () => {
  it('sends each packet in a write of its own', () => {
    const { session, takeWrites } = stageOf({ ...identity, onMessage: ({ payload }, peer) => peer.send(payload) });
    const burst = [packetOf(REQUEST, 1, 'a'), packetOf(ONE_WAY, 2, 'b'), packetOf(REQUEST, 3, 'c')];
    session.onBytes(Buffer.concat(burst));
    expect(takeWrites()).toEqual(['response 1 a', 'one-way 20000 b', 'response 3 c']);
  });

  describe('with one_packet_a_write off', () => {
    const together: MsgTransOptions = { ...identity, onePacketAWrite: false };

    it('sends the packets of one turn in one write, and counts packets', async () => {
      const { connection, host, session, takeWrites } = stageOf({
        ...together,
        onMessage: ({ payload }, peer) => peer.send(payload),
      });
      const burst = [packetOf(REQUEST, 1, 'a'), packetOf(ONE_WAY, 2, 'b'), packetOf(REQUEST, 3, 'c')];
      session.onBytes(Buffer.concat(burst));
      expect(connection.writes).toEqual([]);
      await nextTurn();
      const wanted = [packetOf(RESPONSE, 1, 'a'), packetOf(ONE_WAY, 20_000, 'b'), packetOf(RESPONSE, 3, 'c')];
      expect(connection.writes.splice(0).map((write) => Buffer.from(write))).toEqual([Buffer.concat(wanted)]);
      expect([session.messagesOut, host.counters.messagesOut]).toEqual([3, 3]);
      session.onBytes(packetOf(REQUEST, 4, 'd'));
      await nextTurn();
      expect(takeWrites()).toEqual(['response 4 d']);
    });

    it('sends 64 KiB at once, and takes nothing up while the client does not read', async () => {
      const { connection, session } = stageOf(together);
      const half = Buffer.alloc(32_768);
      session.onBytes(packetOf(REQUEST, 1, half));
      expect(connection.writes.length).toBe(0);
      connection.hasRoom = false;
      session.onBytes(packetOf(REQUEST, 2, half));
      expect([connection.writes.length, connection.isPaused]).toEqual([1, true]);
      session.onBytes(packetOf(REQUEST, 3, half));
      await nextTurn();
      expect(connection.writes.length).toBe(1);
      connection.hasRoom = true;
      session.onWritable();
      await nextTurn();
      expect([connection.writes.length, connection.isPaused]).toEqual([2, false]);
    });

    it('sends what waits before it closes, and nothing afterwards', async () => {
      const { connection, hub, session, takeWrites } = stageOf(together);
      session.onBytes(packetOf(REQUEST, 1, 'a'));
      const [peer] = hub.peers;
      peer?.close();
      expect([takeWrites(), connection.closes.length]).toEqual([['response 1 a'], 1]);
      session.onClose(1000, '');
      peer?.send('late');
      await nextTurn();
      expect(takeWrites()).toEqual([]);
    });

    it('answers what was asked for before the server stops', () => {
      const { connection, session, takeWrites } = stageOf(together);
      session.onBytes(packetOf(REQUEST, 1, 'a'));
      session.goAway('the server is stopping');
      expect([takeWrites(), connection.closes.length]).toEqual([['response 1 a'], 1]);
    });

    it('adds nothing of a packet that cannot be sent', async () => {
      const { hub, takeWrites } = stageOf({ ...together, maxPayloadBytes: 1_024 });
      const [peer] = hub.peers;
      peer?.send('before');
      expect(() => peer?.send(Buffer.alloc(1_025))).toThrow('the limit is 1024');
      await expect(peer?.request(Buffer.alloc(1_025))).rejects.toThrow('the limit is 1024');
      await nextTurn();
      expect(takeWrites()).toEqual(['one-way 20000 before']);
    });
  });

  it('numbers messages from 20,000, and never 0', () => {
    expect(stageOf().hub.takeId()).toBe(20_000);
    const { hub } = stageOf({}, { firstId: 0xffff_fffe });
    expect([hub.takeId(), hub.takeId(), hub.takeId(), hub.takeId()]).toEqual([0xffff_fffe, 0xffff_ffff, 1, 2]);
  });

  it('does not give two open requests one number', async () => {
    const { hub, session, takeWrites } = stageOf(identity, { firstId: 7 });
    const [peer] = hub.peers;
    const first = peer?.request('first');
    for (let id = 8; id < 20; id++) hub.takeId();
    const numbers = [7, 20];
    hub.takeId = () => numbers.shift() as number;
    const second = peer?.request('second');
    expect(takeWrites()).toEqual(['request 7 first', 'request 20 second']);
    session.onBytes(Buffer.concat([packetOf(RESPONSE, 20, 'two'), packetOf(RESPONSE, 7, 'one')]));
    expect([String(Buffer.from((await first) ?? [])), String(Buffer.from((await second) ?? []))]).toEqual([
      'one',
      'two',
    ]);
  });

  it('greets after 50 ms, or before the first message', () => {
    const waiting = stageOf();
    waiting.clock.advance(49);
    expect(waiting.takeWrites()).toEqual([]);
    waiting.clock.advance(1);
    expect(waiting.takeWrites()).toEqual(['one-way 20000 Welcome to Echo Server!']);
    waiting.clock.advance(99);
    expect(waiting.takeWrites()).toEqual([]);
    waiting.clock.advance(1);
    expect(waiting.takeWrites()).toEqual(['request 20001 status?']);
    const asking = stageOf();
    asking.session.onBytes(packetOf(REQUEST, 1, 'X'));
    expect(asking.takeWrites()).toEqual(['one-way 20000 Welcome to Echo Server!', 'response 1 Echo: X']);
    asking.clock.advance(50);
    expect(asking.takeWrites()).toEqual([]);
    asking.session.onClose(1000, '');
    waiting.session.onClose(1000, '');
    asking.clock.advance(200);
    expect(asking.takeWrites()).toEqual([]);
  });

  it('lets others have their turn after a megabyte', async () => {
    const { connection, session, takeWrites } = stageOf(identity);
    const large = Buffer.alloc(600_000);
    for (const id of [1, 2, 3]) session.onBytes(packetOf(REQUEST, id, large));
    expect([takeWrites().length, connection.isPaused, session.runningCalls]).toEqual([1, true, 2]);
    await nextTurn();
    expect(takeWrites()).toHaveLength(1);
    await nextTurn();
    expect(takeWrites()).toHaveLength(1);
    await nextTurn();
    expect([connection.isPaused, session.runningCalls]).toEqual([false, 0]);
  });

  it('takes nothing up while the client does not read', () => {
    const { connection, session, takeWrites } = stageOf(identity);
    connection.hasRoom = false;
    session.onBytes(Buffer.concat([packetOf(REQUEST, 1, 'a'), packetOf(REQUEST, 2, 'b')]));
    expect([takeWrites(), connection.isPaused]).toEqual([['response 1 a'], true]);
    connection.hasRoom = true;
    session.onWritable();
    expect([takeWrites(), connection.isPaused]).toEqual([['response 2 b'], false]);
  });

  it('hears a response while its handlers are all at work', async () => {
    const { session, takeWrites } = stageOf(
      { onRequest: async (_, peer) => Buffer.from(await peer.request('who?')).toString() },
      { maxCalls: 1 },
    );
    session.onBytes(Buffer.concat([packetOf(REQUEST, 1, 'a'), packetOf(REQUEST, 2, 'b')]));
    expect(takeWrites()).toEqual(['request 20000 who?']);
    session.onBytes(packetOf(RESPONSE, 20_000, 'me'));
    await nextTurn();
    expect(takeWrites()).toEqual(['response 1 me', 'request 20001 who?']);
  });

  it('ends when a packet stands unfinished, not when nothing comes', () => {
    const { clock, connection, session } = stageOf({ ...identity, stallTimeoutMs: 1_000 });
    clock.advance(100_000);
    const packet = packetOf(REQUEST, 1, 'slow');
    session.onBytes(packet.subarray(0, 5));
    clock.advance(999);
    session.onBytes(packet.subarray(5, 18));
    clock.advance(999);
    session.onBytes(packet.subarray(18));
    clock.advance(100_000);
    expect(connection.closes).toEqual([]);
    session.onBytes(packet.subarray(0, 17));
    clock.advance(1_000);
    expect(connection.closes.map(({ reason }) => reason)).toEqual([
      'DEADLINE_EXCEEDED: a message stood unfinished for 1000 ms (msgtrans.stall_timeout_ms)',
    ]);
  });

  it('takes up nothing new while the server stops, and hears what it has asked for', async () => {
    const { connection, host, hub, session, takeWrites } = stageOf({
      onRequest: async (_, peer) => Buffer.from(await peer.request('who?')).toString(),
    });
    session.onBytes(packetOf(REQUEST, 1, 'a'));
    host.draining = true;
    session.goAway('the server is stopping');
    session.onBytes(Buffer.concat([packetOf(REQUEST, 2, 'b'), packetOf(RESPONSE, 20_000, 'me')]));
    await nextTurn();
    expect([takeWrites(), hub.counts.failed]).toEqual([['request 20000 who?', 'response 1 me'], 0]);
    expect(connection.closes).toEqual([{ code: 1001, reason: 'the server is stopping' }]);
  });

  it('closes with 1001 when the time to stop is over', () => {
    const { connection, session } = stageOf({ onRequest: () => new Promise<string>(() => {}) });
    session.onBytes(packetOf(REQUEST, 1, 'a'));
    session.goAway('the server is stopping');
    expect(connection.closes).toEqual([]);
    session.close(3043, 'the server is stopping');
    expect(connection.closes).toEqual([{ code: 1001, reason: 'the server is stopping' }]);
  });

  it('answers a failed request only, with what the configuration says', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('broken');
    };
    const { hub, session, takeWrites } = stageOf({ onMessage: fail, onRequest: fail, errorReply: 'sorry' });
    session.onBytes(Buffer.concat([packetOf(ONE_WAY, 1), packetOf(REQUEST, 2)]));
    await nextTurn();
    expect([takeWrites(), hub.counts.failed]).toEqual([['response 2 sorry'], 2]);
  });

  it('holds nothing after its end', async () => {
    const { clock, hub, session } = stageOf({ onRequest: (_, peer) => peer.request('?').then(() => 'x') });
    session.onBytes(Buffer.concat([packetOf(REQUEST, 1, 'a'), packetOf(REQUEST, 2).subarray(0, 3)]));
    session.onClose(1006, '');
    await nextTurn();
    expect([clock.pending, hub.peers.length, session.runningCalls]).toEqual([0, 0, 0]);
  });
});
