import { Bench } from './bench.js';
import { netEcho, uwsEcho } from './peers.js';
import { type Load, runLoad } from './run-load.js';
import { serveScript } from './serve-script.js';

const SECONDS = 0.4;
/** One bad moment of a bare server would let everything pass. */
const MIN_ROUNDS = 2;
const heavy = { connections: 64, depth: 64 } as const;

/** Our paths, by what they are compared with: the bare server that moves as many bytes on the same transport. */
const paths: readonly { readonly name: string; readonly against: 'uws' | 'net'; readonly load: Partial<Load> }[] = [
  { name: 'echo-ws', against: 'uws', load: { wire: 'native', path: '/polywire', protocol: 'polywire.v1' } },
  { name: 'echo-tcp', against: 'net', load: { wire: 'native' } },
  { name: 'get-tcp', against: 'net', load: { wire: 'native', operation: 'get' } },
  { name: 'set-tcp', against: 'net', load: { wire: 'native', operation: 'set' } },
  { name: 'get-kv', against: 'net', load: { wire: 'kv', operation: 'get' } },
  { name: 'set-kv', against: 'net', load: { wire: 'kv', operation: 'set' } },
];

/**
 * How many times the processor time of a bare server a message takes on each hot path, with 64 in flight on 64
 * connections. Rounds are added until every ratio is below its bound, at most so many; each side counts with its best
 * round, because a busy machine only ever adds time.
 */
export async function measureCostRatios(bounds: Readonly<Record<string, number>>, maxRounds: number) {
  const best: Record<string, number> = {};
  const note = (name: string, us: number): void => {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, us);
  };
  let ratios: Record<string, number> = {};
  for (let round = 0; round < maxRounds; round++) {
    await inFreshProcesses(async (bench) => {
      const uws = await uwsEcho(bench);
      note('uws', await usOf(bench, { ...heavy, perFrame: 1, ...uws }));
    });
    await inFreshProcesses(async (bench) => {
      const net = await netEcho(bench);
      note('net', await usOf(bench, { ...heavy, valueBytes: 48, ...net }));
    });
    await inFreshProcesses(async (bench) => {
      const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['ws', 'tcp', 'kv'] }));
      for (const { name, load } of paths) {
        const listener = load.wire === 'kv' ? 'kv' : load.path === undefined ? 'tcp' : 'ws';
        const at = { port: server.port(listener), serverPid: server.pid };
        note(name, await usOf(bench, { wire: 'native', ...heavy, ...load, ...at }));
      }
    });
    ratios = Object.fromEntries(
      paths.map(({ name, against }) => [name, (best[name] as number) / (best[against] as number)]),
    );
    if (round + 1 < MIN_ROUNDS) continue;
    if (Object.entries(bounds).every(([name, bound]) => (ratios[name] as number) < bound)) break;
  }
  return ratios;
}

async function inFreshProcesses(run: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = new Bench({ seconds: SECONDS });
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

async function usOf(bench: Bench, load: Load): Promise<number> {
  return (await runLoad(bench, { operation: 'echo', ...load })).serverUsPerMessage;
}
