import { Buffer } from 'node:buffer';
import { FakeClock } from '@polywire/sdk/testing';
import { createServer, type LimitsConfig, type ListenerSpec, type PolywireServer, tcp, ws } from '@polywire/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RelayConfig } from '../../../server/config/server-config.js';
import { dialRaw } from '../../kit/dial-raw.js';
import { Opcode, RawWebSocket } from '../../kit/raw-websocket.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { dialBanio } from './banio-client.js';
import { replyLines } from './kv-replies.js';
import { getFrame, setFrame } from './kv-vectors.js';
import { packetOf } from './msgtrans-client.js';
import { RelayPeer } from './relay-peer.js';

const RATE_LIMITED = 'RATE_LIMITED';
const RATE_LIMITED_CLOSE_CODE = 3044;
const REQUEST = 1;
const clock = new FakeClock();
let server: PolywireServer;
/** Why connections ended. */
let failures: string[] = [];

async function start(
  spec: ListenerSpec,
  limits: Partial<LimitsConfig>,
  relay: Partial<RelayConfig> = {},
): Promise<string> {
  server = await createServer({ listeners: [spec], limits, relay, session: { heartbeatMs: 0 }, clock });
  const seen: string[] = [];
  failures = seen;
  void (async () => {
    for await (const event of server.events()) if (event.type === 'error') seen.push(event.error.codeName);
  })();
  return server.addresses[0] as string;
}

afterEach(async () => {
  const closing = server.close({ drainMs: 0 });
  // What the stop waits for is on the clock that stands still.
  const ticking = setInterval(() => clock.advance(1_000), 5);
  await closing;
  clearInterval(ticking);
});

/** Sends messages one by one: 3 a second are taken, then 1 too many closes. */
async function expectClosed(send: (index: number) => void): Promise<void> {
  for (let second = 0; second < 2; second++) {
    for (let index = 0; index < 3; index++) send(index);
    await expect.poll(() => server.stats().messagesIn).toBe(3 * (second + 1));
    expect(failures).toEqual([]);
    clock.advance(1_000);
  }
  for (let index = 0; index < 4; index++) send(index);
  await expect.poll(() => failures).toEqual([RATE_LIMITED]);
}

describe('more messages in a second than a session may send', () => {
  const limits = { maxRequestsPerSecond: 3 };

  it('are errors on the KV wire, and the connection goes on', async () => {
    const peer = await dialRaw(await start(tcp({ port: 0, dialect: 'kv' }), limits));
    const ask = async (count: number): Promise<string[]> => {
      peer.send(Buffer.concat(Array.from({ length: count }, () => getFrame('k'))));
      const lines: string[] = [];
      while (lines.length < count) lines.push(...replyLines(await peer.receive(1)));
      return lines.map((line) => line.slice(0, 25));
    };
    expect(await ask(5)).toEqual([...Array(3).fill('400 None value'), ...Array(2).fill('500 more than 3 calls a s')]);
    clock.advance(1_000);
    expect(await ask(1)).toEqual(['400 None value']);
    expect([failures, server.sessions().length]).toEqual([[], 1]);
    peer.destroy();
  });

  it('close a BanIO client', async () => {
    const client = await dialBanio(await start(tcp({ port: 0, dialect: 'banio' }), limits));
    await expectClosed(() => client.send('ping', Buffer.from('1')));
    await client.raw.closed;
  });

  it.each(['msgtrans', 'native'] as const)('close a MsgTrans client of a listener of %s', async (dialect) => {
    const peer = await dialRaw(await start(tcp({ port: 0, dialect }), limits));
    await expectClosed((index) => peer.send(packetOf(REQUEST, index + 1, 'x')));
    await peer.closed;
  });

  it('close a client of the text store, and what was one too many is not done', async () => {
    const { port } = new URL(await start(ws({ port: 0, dialect: 'text' }), limits));
    const socket = await RawWebSocket.open(Number(port), '/ocpp/CS001');
    await expectClosed((index) => socket.text(`STORE:k${index}:v`));
    expect(await server.data('CS001').keys()).toEqual(['k0', 'k1', 'k2']);
    await expect.poll(() => socket.frames.at(-1)?.opcode).toBe(Opcode.CLOSE);
    expect(socket.frames.at(-1)?.payload.readUInt16BE()).toBe(RATE_LIMITED_CLOSE_CODE);
  });
});

describe('more bytes in a second than a session may send', () => {
  const limits = { maxBytesPerSecond: 10_000, maxPayloadBytes: 65_536, maxValueBytes: 30_000 };
  const large = Buffer.alloc(5_000);

  it.each([
    ['kv', setFrame('k', large)],
    ['banio', large],
    ['msgtrans', packetOf(0, 1, large)],
  ] as const)('close a client of %s that goes on sending', async (dialect, message) => {
    const peer = await dialRaw(await start(tcp({ port: 0, dialect }), limits));
    for (let sent = 0; sent < 60 && failures.length === 0; sent++) {
      peer.send(message);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await peer.closed;
    expect(failures).toEqual([RATE_LIMITED]);
    peer.destroy();
  });
});

describe.skipIf(redisProgram === undefined)(
  'a client of the relay that says too much, where it should only listen',
  () => {
    const CHANNEL = 'news';
    const TOKEN = 'token of the test';
    let redis: RunningRedis;
    beforeAll(async () => {
      redis = await RunningRedis.start();
    });
    afterAll(() => redis?.remove());

    const dialTwo = async (dialect: 'native' | 'relay', limits: Partial<LimitsConfig>): Promise<RelayPeer[]> => {
      const relay = { redisUrl: redis.url, token: TOKEN, channels: [CHANNEL] };
      const { host } = new URL(await start(ws({ port: 0, dialect }), limits, relay));
      const dial = () => RelayPeer.dial(`ws://${host}/ws?token=${encodeURIComponent(TOKEN)}`);
      return [await dial(), await dial()];
    };

    const expectOneServed = async ([talker, listener]: RelayPeer[]): Promise<void> => {
      await expect.poll(() => talker?.closeCode).toBe(RATE_LIMITED_CLOSE_CODE);
      expect(failures).toEqual([RATE_LIMITED]);
      await redis.publish(CHANNEL, 'served');
      await expect.poll(() => listener?.payloads).toEqual(['served']);
      expect([talker?.payloads, server.sessions().length]).toEqual([[], 1]);
      listener?.close();
    };

    it.each(['native', 'relay'] as const)('is closed for its messages, alone (listener %s)', async (dialect) => {
      const peers = await dialTwo(dialect, { maxRequestsPerSecond: 3 });
      await expectClosed((index) => peers[0]?.webSocket.send(index % 2 === 0 ? 'text' : Buffer.from('binary')));
      await expectOneServed(peers);
    });

    it.each(['native', 'relay'] as const)('is closed for its bytes, alone (listener %s)', async (dialect) => {
      const peers = await dialTwo(dialect, {
        maxBytesPerSecond: 10_000,
        maxPayloadBytes: 65_536,
        maxValueBytes: 30_000,
      });
      for (let sent = 0; sent < 60; sent++) peers[0]?.webSocket.send(Buffer.alloc(5_000));
      await expectOneServed(peers);
    });
  },
);
