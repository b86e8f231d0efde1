import type { Bench } from '../bench.js';
import { loadGeneratorFault } from '../load-generator.js';
import { type Load, loadCommand } from '../run-load.js';
import type { Contestant, Scenario } from '../scenario.js';
import { type RunningServer, serveScript } from '../serve-script.js';

/** What a server takes once, whoever connects, is not to be shared out: so many make V8 compile the path of all. */
const FIRST = 3000;

/** Connections of each server process; a process may have 20,000 files, and so may the one that loads it. */
interface Size {
  readonly servers: number;
  readonly connections: number;
}

function idle(size: Size, name: string, script: string, argument: string | undefined, load: Partial<Load>): Contestant {
  return {
    name,
    missing: loadGeneratorFault(),
    async *run(bench) {
      const uses: Growth[] = [];
      for (let server = 0; server < size.servers; server++) {
        uses.push(await growthOf(bench, await serveScript(bench, script, argument, { memory: true }), load, size));
      }
      const share = (of: keyof Growth): number =>
        uses.reduce((sum, use) => sum + use[of], 0) / (size.servers * (size.connections - FIRST));
      yield { point: 'RSS', value: share('rss') };
      yield { point: 'RSS without the young generation', value: share('settled') };
      yield { point: 'heap and buffers', value: share('heap') };
    },
  };
}

interface Growth {
  readonly rss: number;
  /** Without what traffic of any kind would have made the young generation grow to, too. */
  readonly settled: number;
  readonly heap: number;
}

/** What a server takes more once all have connected, who stay. */
async function growthOf(
  bench: Bench,
  server: RunningServer,
  load: Partial<Load>,
  { connections }: Size,
): Promise<Growth> {
  await hold(bench, server, load, FIRST);
  const before = await server.memory(true);
  await hold(bench, server, load, connections - FIRST);
  const after = await server.memory(true);
  const rss = after.rss - before.rss;
  return { rss, settled: rss - (after.young - before.young), heap: after.heap - before.heap };
}

async function hold(bench: Bench, server: RunningServer, load: Partial<Load>, connections: number): Promise<void> {
  const at = { port: server.port('ws'), serverPid: server.pid };
  const whole = { wire: 'echo', path: '/', ...at, ...load, mode: 'idle', connections } as const;
  const client = await bench.startClient(loadCommand(whole, 0, 0));
  await client.line();
}

function idleScenario(name: string, title: string, note: string, size: Size): Scenario {
  return {
    name,
    title,
    unit: 'bytes a session',
    better: 'lower',
    note: `${note}, after Hello and the collection of garbage that a server does when it is idle for 30 seconds; the kernel has some 5 kB a socket beside it.`,
    contestants: [
      idle(size, 'polywire', 'polywire', JSON.stringify({ listen: ['ws'] }), {
        wire: 'native',
        path: '/polywire',
        protocol: 'polywire.v1',
      }),
      idle(size, 'uWebSockets.js', 'uws', undefined, {}),
    ],
    targets: [],
    limits: [{ point: 'RSS', contestant: 'polywire', bound: 1000, aim: 700 }],
    maxRounds: 1,
  };
}

export const idleMemory = idleScenario('idle-memory', 'Memory of an idle session on WebSocket', '19,000 connections', {
  servers: 1,
  connections: 19_000,
});

export const idleMemoryOfThree = idleScenario(
  'idle-memory-48k',
  'Memory of an idle session, three server processes',
  '48,000 connections at once, 16,000 to each process',
  { servers: 3, connections: 16_000 },
);
