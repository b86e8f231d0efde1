import { Bench } from './bench.js';
import { otherCpuShare } from './machine.js';
import { netEcho, uwsEcho } from './peers.js';
import { type Load, runLoad } from './run-load.js';
import { serveScript } from './serve-script.js';
import { medianOf } from './statistics.js';

const SECONDS = 0.25;
/** On a busy machine little runs in a fixed time, and code that is not yet compiled costs more. */
const MESSAGES = 100_000;
/** One bad moment of a bare server would let everything pass. */
const MIN_ROUNDS = 2;
/** A path is slow only if it is in so many rounds in which the machine was ours. */
const QUIET_ROUNDS = 8;
/** Share of a core from which on others disturb. */
const BUSY = 0.3;
const MAX_MS = 60_000;
const heavy = { connections: 64, depth: 64, messages: MESSAGES } as const;

/** Our paths, by what they are compared with: the bare server that moves as many bytes on the same transport. */
const paths: readonly { readonly name: string; readonly against: 'uws' | 'net'; readonly load: Partial<Load> }[] = [
  { name: 'echo-ws', against: 'uws', load: { wire: 'native', path: '/polywire', protocol: 'polywire.v1' } },
  { name: 'echo-tcp', against: 'net', load: { wire: 'native' } },
  { name: 'get-tcp', against: 'net', load: { wire: 'native', operation: 'get' } },
  { name: 'set-tcp', against: 'net', load: { wire: 'native', operation: 'set' } },
  { name: 'get-kv', against: 'net', load: { wire: 'kv', operation: 'get' } },
  { name: 'set-kv', against: 'net', load: { wire: 'kv', operation: 'set' } },
];

/** What is known of a path. */
export interface CostRatio {
  /** Times the processor time of the bare server. */
  readonly ratio: number;
  readonly rounds: number;
  /** Those in which nobody else used the machine. */
  readonly quietRounds: number;
  /** Enough of them to say that a path has become slower. */
  readonly isCertain: boolean;
}

interface Round {
  readonly ours: number;
  readonly bare: number;
  readonly isQuiet: boolean;
}

/**
 * How many times the processor time of a bare server a message takes on each hot path, with 64 in flight on 64
 * connections. Every path is measured right after its bare server. While a path is at or above its bound there is
 * another round, until it is below, or it is certain that it is not, or a minute is over.
 */
export async function measureCostRatios(bounds: Readonly<Record<string, number>>): Promise<Record<string, CostRatio>> {
  const rounds = new Map<string, Round[]>(paths.map(({ name }) => [name, []]));
  const ratioOf = (name: string): CostRatio => costRatio(rounds.get(name) ?? []);
  const isOpen = (name: string): boolean => {
    const { ratio, rounds: done, isCertain } = ratioOf(name);
    return done < MIN_ROUNDS || (ratio >= (bounds[name] ?? Number.POSITIVE_INFINITY) && !isCertain);
  };
  const endsAtMs = performance.now() + MAX_MS;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < endsAtMs; round++) {
    if (!paths.some(({ name }) => isOpen(name))) break;
    const others = otherCpuShare();
    // All of them again: measured alone, a path finds a server that is less warm than in the rounds before.
    const found = await measureRound();
    const isQuiet = others() < BUSY;
    for (const [name, costs] of found) rounds.get(name)?.push({ ...costs, isQuiet });
  }
  return Object.fromEntries(paths.map(({ name }) => [name, ratioOf(name)]));
}

/** A busy machine adds to either side: of the best of both, and of the median of the rounds, the smaller is nearer. */
function costRatio(rounds: readonly Round[]): CostRatio {
  const best = Math.min(...rounds.map(({ ours }) => ours)) / Math.min(...rounds.map(({ bare }) => bare));
  const median = medianOf(rounds, ({ ours, bare }) => ours / bare) ?? Number.POSITIVE_INFINITY;
  const quietRounds = rounds.filter(({ isQuiet }) => isQuiet).length;
  const isCertain = quietRounds >= QUIET_ROUNDS;
  return { ratio: Math.min(best, median), rounds: rounds.length, quietRounds, isCertain };
}

/** Each path and its bare server, in processes that are new. */
async function measureRound(): Promise<[string, Omit<Round, 'isQuiet'>][]> {
  const bench = new Bench({ seconds: SECONDS });
  try {
    const bareLoads = {
      uws: { perFrame: 1, ...(await uwsEcho(bench)) },
      net: { valueBytes: 48, ...(await netEcho(bench)) },
    };
    const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['ws', 'tcp', 'kv'] }));
    const found: [string, Omit<Round, 'isQuiet'>][] = [];
    for (const { name, against, load } of paths) {
      const listener = load.wire === 'kv' ? 'kv' : load.path === undefined ? 'tcp' : 'ws';
      const at = { port: server.port(listener), serverPid: server.pid };
      const bare = await usOf(bench, { ...heavy, ...bareLoads[against] });
      found.push([name, { bare, ours: await usOf(bench, { wire: 'native', ...heavy, ...load, ...at }) }]);
    }
    return found;
  } finally {
    await bench.close();
  }
}

async function usOf(bench: Bench, load: Load): Promise<number> {
  return (await runLoad(bench, { operation: 'echo', ...load })).serverUsPerMessage;
}
