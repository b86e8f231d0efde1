import { setTimeout as sleep } from 'node:timers/promises';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import { type Client, connect } from '@polywire/sdk';
import { createServer, tcp, ws } from '@polywire/server';
import { Random } from '../fuzz/random.js';
import { FaultProxy, type ProxyPlan } from '../kit/fault-proxy.js';
import { randomFate } from '../kit/network-fate.js';
import { PacketFaultCounts, type PacketFaultRates, PacketFaults } from '../kit/packet-faults.js';
import { TopicReader } from './topic-reader.js';

export interface DisconnectRunOptions {
  /** Connections that are to be ended by force. */
  readonly disconnects: number;
  readonly readers: number;
  readonly seed: number;
  /** Most bytes after which a connection ends. */
  readonly mostBytes?: number;
  /** What happens to single packets, on TCP. Default: nothing. */
  readonly packets?: PacketFaultRates;
}

/** What came of a run, all readers together. */
export interface DisconnectReport {
  readonly disconnects: number;
  readonly published: number;
  readonly delivered: number;
  readonly duplicatesDropped: number;
  readonly gaps: number;
  readonly missed: number;
  /** Gaps between two messages of one connection; without packet faults there are none. */
  readonly holes: number;
  readonly recovered: number;
  readonly packets: PacketFaultCounts;
  readonly faults: readonly string[];
  readonly elapsedMs: number;
}

// Small, so that whoever is away for long finds that part of what it missed is no longer kept.
const HISTORY_MESSAGES = 100;
const HEARTBEAT_MS = 400;
const PAUSE_MS = 2;
const SETTLE_MS = 15_000;
const TOPIC = 'run';

/** Readers over connections that are ended all the time, while one publisher publishes. */
export async function runDisconnects(options: DisconnectRunOptions): Promise<DisconnectReport> {
  const { disconnects, seed, mostBytes = 2_500 } = options;
  const startedAtMs = performance.now();
  const server = await createServer({
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    topics: { historyMessages: HISTORY_MESSAGES },
    session: { heartbeatMs: HEARTBEAT_MS },
  });
  const random = new Random(seed);
  const packets = new PacketFaultCounts();
  let calm = true;
  const planOf = (framesAreTcp: boolean): ProxyPlan => ({
    fate: () => (calm ? undefined : randomFate(random, mostBytes)),
    change: (direction) => {
      const { packets: rates } = options;
      if (rates === undefined || !framesAreTcp || direction === 'up' || calm) return undefined;
      const faults = new PacketFaults(random, IoService.serviceId, rates, packets);
      return (bytes) => faults.change(bytes);
    },
  });
  const proxies: FaultProxy[] = [];
  const urls: string[] = [];
  for (const address of server.addresses) {
    const url = new URL(address);
    const proxy = await FaultProxy.start(Number(url.port), planOf(url.protocol === 'tcp:'));
    url.port = String(proxy.port);
    proxies.push(proxy);
    urls.push(url.href);
  }
  const clients: Client[] = [];
  const readers: TopicReader[] = [];
  const failures: string[] = [];
  for (let index = 0; index < options.readers; index++) {
    const url = urls[options.packets === undefined ? index % urls.length : 1] as string;
    const client = await connect(url, { reconnect: { firstMs: 5, maxMs: 20 }, connectTimeoutMs: HEARTBEAT_MS * 2 });
    const reader = new TopicReader();
    clients.push(client);
    readers.push(reader);
    reader.read(client, TOPIC).catch((error: Error) => failures.push(`reader ${index}: ${error.message}`));
    await reader.stands;
  }
  const publisher = await connect(server.addresses[1] as string);
  calm = false;
  for (const proxy of proxies) proxy.cut();

  let published = 0;
  const ended = (): number => proxies.reduce((sum, proxy) => sum + proxy.ended, 0);
  while (ended() < disconnects && failures.length === 0) {
    published++;
    await publisher.io.broadcast({ topic: TOPIC, payload: Buffer.from(String(published)) });
    await sleep(PAUSE_MS);
  }
  calm = true;
  for (const proxy of proxies) proxy.cut();
  await sleep(HEARTBEAT_MS * 3);
  // A reader whose last packets were dropped learns of it with the next message.
  published++;
  await publisher.io.broadcast({ topic: TOPIC, payload: Buffer.from(String(published)) });
  const untilMs = performance.now() + SETTLE_MS;
  while (readers.some(({ last }) => last < published) && performance.now() < untilMs) await sleep(20);
  for (const [index, { last }] of readers.entries()) {
    if (last < published) failures.push(`reader ${index} stands at ${last} of ${published}`);
  }
  const sum = (count: (reader: TopicReader) => number): number => readers.reduce((all, each) => all + count(each), 0);
  await Promise.all([publisher, ...clients].map((client) => client.close()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server.close({ drainMs: 0 });
  return {
    disconnects: ended(),
    published,
    delivered: sum((reader) => reader.delivered),
    duplicatesDropped: sum((reader) => reader.duplicates),
    gaps: sum((reader) => reader.gaps),
    missed: sum((reader) => reader.missed),
    holes: sum((reader) => reader.holes),
    recovered: sum((reader) => reader.recovered),
    packets,
    faults: [
      ...failures.filter((text) => !text.includes('this client was closed')),
      ...readers.flatMap(({ faults }) => faults),
    ],
    elapsedMs: Math.round(performance.now() - startedAtMs),
  };
}
