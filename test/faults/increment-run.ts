import { type Client, connect, PolywireError } from '@polywire/sdk';
import { createServer, tcp, ws } from '@polywire/server';
import { Random } from '../fuzz/random.js';
import { FaultProxy } from '../kit/fault-proxy.js';
import { randomFate } from '../kit/network-fate.js';

export interface IncrementRunOptions {
  /** Connections that are to be ended by force. */
  readonly disconnects: number;
  readonly writers: number;
  readonly seed: number;
}

export interface IncrementReport {
  readonly disconnects: number;
  /** Connections that went on with their session. */
  readonly resumed: number;
  readonly acknowledged: number;
  /** Writes that failed with OUTCOME_UNKNOWN: they may have happened, once. */
  readonly unknown: number;
  /** Sum of all counters: every acknowledged write once, and none, some or all of the unknown ones. */
  readonly counted: number;
  readonly faults: readonly string[];
  readonly elapsedMs: number;
}

const HEARTBEAT_MS = 400;
const WRITES_AT_ONCE = 4;
const MOST_BYTES = 1_500;

/** Writers that add 1 to a counter of their own, over connections that are ended all the time. */
export async function runIncrements({ disconnects, writers, seed }: IncrementRunOptions): Promise<IncrementReport> {
  const startedAtMs = performance.now();
  const server = await createServer({
    listeners: [ws({ port: 0 }), tcp({ port: 0 })],
    session: { heartbeatMs: HEARTBEAT_MS },
  });
  const random = new Random(seed);
  let calm = true;
  const proxies: FaultProxy[] = [];
  const clients: Client[] = [];
  for (const address of server.addresses) {
    const plan = { fate: () => (calm ? undefined : randomFate(random, MOST_BYTES)) };
    proxies.push(await FaultProxy.start(Number(new URL(address).port), plan));
  }
  const ended = (): number => proxies.reduce((sum, proxy) => sum + proxy.ended, 0);
  const counts = { acknowledged: 0, unknown: 0, resumed: 0 };
  const faults: string[] = [];
  const perWriter: { seen: Set<bigint>; unknown: number }[] = [];
  const work: Promise<void>[] = [];
  for (let index = 0; index < writers; index++) {
    const at = index % proxies.length;
    const url = new URL(server.addresses[at] as string);
    url.port = String(proxies[at]?.port);
    const reconnect = { firstMs: 5, maxMs: 20 };
    const client = await connect(url, { reconnect, connectTimeoutMs: HEARTBEAT_MS * 2, timeoutMs: 0 });
    clients.push(client);
    const own = { seen: new Set<bigint>(), unknown: 0 };
    perWriter.push(own);
    void countResumes(client, counts);
    const write = async (): Promise<void> => {
      while (ended() < disconnects && faults.length === 0) {
        try {
          const { value } = await client.kv.increment({ key: `counter ${index}`, delta: 1n });
          counts.acknowledged++;
          if (own.seen.has(value)) faults.push(`two writes of writer ${index} were answered ${value}`);
          own.seen.add(value);
        } catch (error) {
          const code = PolywireError.from(error).codeName;
          if (code !== 'OUTCOME_UNKNOWN') faults.push(`writer ${index}: ${code} ${(error as Error).message}`);
          own.unknown++;
          counts.unknown++;
        }
      }
    };
    for (let lane = 0; lane < WRITES_AT_ONCE; lane++) work.push(write());
  }
  calm = false;
  for (const proxy of proxies) proxy.cut();
  await Promise.all(work);
  calm = true;
  let counted = 0;
  const reader = await connect(server.addresses[0] as string);
  for (const [index, { seen, unknown }] of perWriter.entries()) {
    const { value } = await reader.kv.get({ key: `counter ${index}` });
    const count = Number(new TextDecoder().decode(value));
    counted += count;
    const most = seen.size + unknown;
    if (count >= seen.size && count <= most) continue;
    faults.push(`writer ${index}: ${seen.size} writes acknowledged and ${unknown} unknown, but ${count} counted`);
  }
  await Promise.all([reader, ...clients].map((client) => client.close()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server.close({ drainMs: 0 });
  const elapsedMs = Math.round(performance.now() - startedAtMs);
  return { disconnects: ended(), ...counts, counted, faults, elapsedMs };
}

async function countResumes(client: Client, counts: { resumed: number }): Promise<void> {
  for await (const { state, resumed } of client.status()) if (state === 'connected' && resumed) counts.resumed++;
}
