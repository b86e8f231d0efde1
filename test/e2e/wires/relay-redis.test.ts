import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from '../../../server/create-server.js';
import { tcp, ws } from '../../../server/listeners.js';
import { createLogger } from '../../../server/log.js';
import type { PolywireServer } from '../../../server/server.js';
import { RunningRedis, redisProgram } from '../../kit/run-redis.js';
import { RelayPeer, until } from './relay-peer.js';

const TOKEN = 't0ken-0f-thi5-test';
const CHANNEL = 'mempool:ctf_tx';

/** Time that a relay has to be subscribed again once Redis is back. */
const BACK_WITHIN_MS = 2_000;

describe.skipIf(redisProgram === undefined)('the relay while Redis comes and goes', () => {
  let redis: RunningRedis;
  let server: PolywireServer;
  let log = '';
  const write = (line: string): void => {
    log += line;
  };
  const peers: RelayPeer[] = [];

  const start = async (onlyRelay = false): Promise<void> => {
    log = '';
    const listeners = onlyRelay ? [ws({ port: 0, dialect: 'relay' })] : [ws({ port: 0 }), tcp({ port: 0 })];
    const logger = createLogger({ level: 'debug', write });
    server = await createServer({ listeners, relay: { redisUrl: redis.url, token: TOKEN }, logger });
  };
  const port = (): string => new URL(server.addresses[0] as string).port;
  const dial = async (): Promise<RelayPeer> => {
    const peer = await RelayPeer.dial(`ws://127.0.0.1:${port()}/ws?token=${TOKEN}`);
    peers.push(peer);
    return peer;
  };
  const readiness = async (): Promise<[number, Record<string, string>]> => {
    const response = await fetch(`http://127.0.0.1:${port()}/readyz`);
    return [response.status, (await response.json()) as Record<string, string>];
  };
  const isSubscribed = async (): Promise<boolean> => (await readiness())[1].redis === 'subscribed';
  const backAfter = async (): Promise<number> => {
    const startedAt = Date.now();
    await until(isSubscribed, 'the subscription');
    return Date.now() - startedAt;
  };

  beforeEach(async () => {
    redis = await RunningRedis.absent();
  });
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close();
    await server.close({ drainMs: 0 });
    redis.thaw();
    await redis.remove();
  });
  const seen: string[] = [];
  afterAll(() => process.stderr.write(`relay: subscribed again after ${seen.join(', ')}\n`));

  it.each([
    ['beside other wires', false, 200, 'ready'],
    ['alone', true, 503, 'redis not subscribed'],
  ])('Redis down at the start, relay %s: clients are taken, the health says it', async (_, only, status, text) => {
    await start(only);
    const peer = await dial();
    expect(await readiness()).toEqual([status, { status: text, store: 'memory', redis: 'connecting' }]);
    expect(server.stats().relay?.redis).toBe('connecting');
    await redis.start();
    const backMs = await backAfter();
    seen.push(`start: ${backMs} ms`);
    expect(backMs).toBeLessThan(BACK_WITHIN_MS);
    expect(await readiness()).toEqual([200, { status: 'ready', store: 'memory', redis: 'subscribed' }]);
    await redis.publish(CHANNEL, 'first');
    await until(() => peer.payloads[0] === 'first', 'the message');
    expect(log.match(/cannot be subscribed to: connect ECONNREFUSED/g)).toHaveLength(1);
  });

  it('Redis killed and started again, empty: subscribed again, clients stay and miss what came meanwhile', async () => {
    await redis.start();
    await start();
    const peer = await dial();
    await redis.publish(CHANNEL, 'before');
    await until(() => peer.texts.length === 1, 'the message');
    for (let round = 1; round <= 3; round++) {
      await redis.kill();
      await until(async () => (await readiness())[1].redis === 'reconnecting', 'the loss');
      expect(server.stats().relay?.interruptions).toBe(round);
      // Long enough for attempts to be far apart.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await redis.start();
      const backMs = await backAfter();
      seen.push(`kill: ${backMs} ms`);
      expect(backMs).toBeLessThan(BACK_WITHIN_MS);
      await redis.publish(CHANNEL, `after ${round}`);
      await until(() => peer.texts.length === 1 + round, 'the message');
    }
    expect(peer.payloads).toEqual(['before', 'after 1', 'after 2', 'after 3']);
    expect(peer.closeCode).toBe(0);
    expect(log.match(/was lost/g)).toHaveLength(3);
  });

  it('Redis stands still for a moment: nothing is missed', async () => {
    await redis.start();
    await start();
    const peer = await dial();
    await redis.publish(CHANNEL, '1');
    redis.freeze();
    const publishing = redis.publish(CHANNEL, '2');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    redis.thaw();
    await publishing;
    await until(() => peer.texts.length === 2, 'the message');
    expect(peer.payloads).toEqual(['1', '2']);
    expect(server.stats().relay?.interruptions).toBe(0);
  });

  it('Redis stands still for long: given up, and subscribed again once it moves', { timeout: 40_000 }, async () => {
    await redis.start();
    await start();
    const peer = await dial();
    redis.freeze();
    const frozenAt = Date.now();
    await until(async () => (await readiness())[1].redis === 'reconnecting', 'the loss', 12_000);
    const noticedMs = Date.now() - frozenAt;
    expect(noticedMs).toBeGreaterThan(5_000);
    expect(noticedMs).toBeLessThan(9_500);
    // Into an attempt that connects, because the kernel accepts, and hears nothing.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    redis.thaw();
    const backMs = await backAfter();
    seen.push(`freeze: ${backMs} ms`);
    expect(backMs).toBeLessThan(BACK_WITHIN_MS);
    await redis.publish(CHANNEL, 'moved');
    await until(() => peer.payloads.includes('moved'), 'the message');
    expect(peer.closeCode).toBe(0);
  });

  it('a server that stops closes its clients with 1001 and leaves Redis', async () => {
    await redis.start();
    await start();
    const peer = await dial();
    await server.close({ drainMs: 1_000 });
    await until(() => peer.closeCode !== 0, 'the close');
    expect(peer.closeCode).toBe(1001);
    await until(async () => (await redis.publish(CHANNEL, 'x')) === 0, 'no subscription');
  });
});
