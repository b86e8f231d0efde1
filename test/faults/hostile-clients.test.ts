import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../e2e/wires/relay-peer.js';
import { Random } from '../fuzz/random.js';
import { ByteMutator, inPieces } from '../fuzz/wires/byte-mutator.js';
import { RunningRedis, redisProgram } from '../kit/run-redis.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { type Addresses, type RawClient, RELAY_TOKEN, type Wire, wires } from './wire-clients.js';

const SEED = Number(process.env.POLYWIRE_FUZZ_SEED ?? 20_261_121);
const HOSTILE_CLIENTS = 40;
const STALLED_CLIENTS = 20;
/** Of the server in these tests, where the wire has such a limit. */
const LIMIT_MS = 800;
/** What a busy machine may add. */
const SLACK_MS = 5_000;

const listen = (dialect: string, transport = 'tcp'): string =>
  `[[listen]]\ntransport = "${transport}"\nport = 0\ndialect = "${dialect}"\n`;

describe('one client’s faults are its own', () => {
  let redis: RunningRedis | undefined;
  let server: RunningServer;
  let at: Addresses;

  beforeAll(async () => {
    redis = redisProgram === undefined ? undefined : await RunningRedis.start();
    const relay = redis === undefined ? '' : `[relay]\nredis_url = "${redis.url}"\ntoken = "${RELAY_TOKEN}"\n`;
    const limits = `[limits]\nhello_timeout_ms = ${LIMIT_MS}\nstall_timeout_ms = ${LIMIT_MS}\n[kv_wire]\nstall_timeout_ms = ${LIMIT_MS}\n[msgtrans]\nstall_timeout_ms = ${LIMIT_MS}\n`;
    server = await runServer({
      store: 'memory',
      toml: `${listen('kv')}${listen('banio')}${listen('msgtrans')}${listen('msgtrans', 'ws')}${limits}${relay}`,
    });
    const addresses = (): string[] =>
      [...server.log().matchAll(/listening on ((?:tcp|ws):[^\s"\\]+)/g)].map((match) => match[1] as string);
    await until(() => addresses().length === 6, 'all listeners');
    const [nativeWs = '', nativeTcp = '', kv = '', banio = '', msgtrans = '', msgtransWs = ''] = addresses();
    at = { nativeWs, nativeTcp, kv, banio, msgtrans, msgtransWs, redis };
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await redis?.remove();
  });

  const served = wires.filter(({ name }) => name !== 'Redis relay' || redisProgram !== undefined);

  /** Does `hostile` while a healthy client works on the same wire, before, during and after. */
  const besideHealthy = async (wire: Wire, hostile: () => Promise<void>): Promise<number> => {
    const healthy = await wire.dialHealthy(at, `healthy on ${wire.name}`);
    let asked = 0;
    let isOver = false;
    const work = (async () => {
      while (!isOver || asked < 10) await healthy.ask(asked++);
    })();
    try {
      await Promise.race([hostile(), work]);
    } finally {
      isOver = true;
    }
    await work;
    await healthy.close();
    expect(server.child.exitCode).toBe(null);
    return asked;
  };

  it.each(served)('garbage on $name', { timeout: 60_000 }, async (wire) => {
    const random = new Random(SEED);
    const mutator = new ByteMutator(wire.samples, [new Uint8Array(4), new Uint8Array(4).fill(255)]);
    const asked = await besideHealthy(wire, async () => {
      for (let client = 0; client < HOSTILE_CLIENTS; client++) {
        const raw = await wire.dialRaw(at);
        for (let message = 0; message < 10 && !raw.ended; message++) {
          const start = mutator.appendSample(random);
          // The first message of half of the clients is not spoilt, so that they come further.
          const changes = message === 0 && client % 2 === 0 ? 0 : 1 + random.below(4);
          for (let change = 0; change < changes && mutator.length > start; change++) mutator.change(random, start);
          inPieces(random, mutator.take(), (piece) => raw.send(piece.slice()));
          await new Promise((resolve) => setImmediate(resolve));
        }
        // Half leave without a word; the other half stay until the server or the end of the test.
        if (client % 4 < 2) raw.destroy();
        else setTimeout(() => raw.destroy(), LIMIT_MS);
      }
    });
    expect(asked).toBeGreaterThanOrEqual(10);
  });

  /** Wires whose server ends a connection that stands still inside a message. */
  const limited = ['native over WebSocket', 'native over TCP', 'KV server', 'BanIO', 'MsgTrans over TCP'];

  it.each(served)('clients that stall inside a message on $name', { timeout: 60_000 }, async (wire) => {
    const hasLimit = limited.includes(wire.name);
    const stalled: RawClient[] = [];
    await besideHealthy(wire, async () => {
      for (let client = 0; client < STALLED_CLIENTS; client++) {
        const raw = await wire.dialRaw(at);
        raw.send(wire.half);
        stalled.push(raw);
      }
      if (hasLimit) await until(() => stalled.every(({ ended }) => ended), 'the end of all', LIMIT_MS + SLACK_MS);
      else await new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
    });
    // A WebSocket that stands still is cut off by the transport, after 60 seconds.
    if (!hasLimit) for (const { ended } of stalled) expect(ended).toBe(false);
    for (const raw of stalled) raw.destroy();
  });
});
