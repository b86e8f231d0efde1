import { loaded, polywire, redis, redisFault } from '../peers.js';
import type { Scenario, Target } from '../scenario.js';

const depths = [1, 16, 64];
const bounds = [0.6, 0.65, 0.75];

function kvScenario(operation: 'get' | 'set'): Scenario {
  const points = depths.map((depth) => ({
    name: `depth ${depth}`,
    load: { operation, connections: 64, depth, keys: 1000 } as const,
  }));
  const ours = ['polywire', 'polywire, older KV wire'];
  const targets = ours.flatMap((contestant) =>
    depths.map((depth, index): Target => {
      return { point: `depth ${depth}`, contestant, against: 'redis', bound: bounds[index] as number, aim: 1 };
    }),
  );
  return {
    name: `kv-${operation}`,
    title: `KV ${operation}, memory store`,
    unit: 'operations/s',
    better: 'higher',
    note: '64 connections on TCP, values of 32 bytes, 1,000 keys at random; Redis keeps nothing on the disk.',
    contestants: [
      loaded('polywire', polywire('tcp'), points),
      loaded('polywire, older KV wire', polywire('kv'), points),
      loaded('redis', redis(), points, redisFault),
    ],
    targets,
  };
}

export const kvGet = kvScenario('get');
export const kvSet = kvScenario('set');
