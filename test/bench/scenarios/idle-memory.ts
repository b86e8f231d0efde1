import type { Bench } from '../bench.js';
import { loadGeneratorFault } from '../load-generator.js';
import { type Load, loadCommand } from '../run-load.js';
import type { Contestant, Scenario } from '../scenario.js';
import { type RunningServer, serveScript } from '../serve-script.js';

const CONNECTIONS = 19_000;
/** What a server allocates once, whoever connects, is not to be shared out. */
const FIRST = 500;

function idle(name: string, script: string, argument: string | undefined, load: Partial<Load>): Contestant {
  return {
    name,
    missing: loadGeneratorFault(),
    run: async (bench) => {
      const server = await serveScript(bench, script, argument, { memory: true });
      const first = await hold(bench, server, load, FIRST);
      const before = await server.memory(true);
      const rest = await hold(bench, server, load, CONNECTIONS - FIRST);
      const after = await server.memory(true);
      await Promise.all([first.stop(), rest.stop()]);
      const share = (bytes: number): number => bytes / (CONNECTIONS - FIRST);
      return [
        { point: 'RSS', value: share(after.rss - before.rss) },
        { point: 'heap and buffers', value: share(after.heap - before.heap) },
      ];
    },
  };
}

async function hold(bench: Bench, server: RunningServer, load: Partial<Load>, connections: number) {
  const at = { port: server.port('ws'), serverPid: server.pid };
  const whole = { wire: 'echo', path: '/', ...at, ...load, mode: 'idle', connections } as const;
  const client = await bench.startClient(loadCommand(whole, 0, 0));
  await client.line();
  return client;
}

export const idleMemory: Scenario = {
  name: 'idle-memory',
  title: 'Memory of an idle session on WebSocket',
  unit: 'bytes a session',
  better: 'lower',
  note: '19,000 connections, after Hello and a garbage collection; the kernel has some 5 kB a socket beside it.',
  contestants: [
    idle('polywire', 'polywire', JSON.stringify({ listen: ['ws'] }), {
      wire: 'native',
      path: '/polywire',
      protocol: 'polywire.v1',
    }),
    idle('uWebSockets.js', 'uws', undefined, {}),
  ],
  targets: [],
  limits: [{ point: 'RSS', contestant: 'polywire', bound: 1000, aim: 700 }],
};
