import type { Bench } from '../bench.js';
import { type Endpoint, loaded, nats, natsFault, polywire, redis, redisFault, uwsEcho } from '../peers.js';
import type { Load } from '../run-load.js';
import type { Contestant, Scenario } from '../scenario.js';

type Start = (bench: Bench) => Promise<Endpoint>;
interface Size {
  readonly label: string;
  readonly load: Partial<Load>;
}

const point = 'cost';
const BOUND = 1.1;

/** The same load at several sizes, each in a process of its own; the value is the server's processor time a message. */
function sizes(name: string, start: Start, of: readonly Size[], missing?: string): Contestant[] {
  return of.map(({ label, load }) => {
    const contestant = loaded(`${name}, ${label}`, start, [{ name: point, load }], missing);
    return {
      ...contestant,
      async *run(bench) {
        for await (const sample of contestant.run(bench)) {
          yield { ...sample, value: sample.serverUsPerMessage ?? Number.NaN };
        }
      },
    };
  });
}

function growth(name: string, title: string, note: string, of: readonly Size[], contestants: Contestant[]): Scenario {
  const [small, ...larger] = of.map(({ label }) => `polywire, ${label}`) as [string, ...string[]];
  return {
    name,
    title,
    unit: 'µs of the server a message',
    better: 'lower',
    note,
    contestants,
    targets: larger.map((contestant) => ({ point, contestant, against: small, bound: BOUND })),
    maxRounds: 2,
  };
}

const connectionSizes = [100, 1000, 19_000].map((connections) => ({
  label: `${connections} connections`,
  load: { operation: 'echo', connections, depth: 1 } as const,
}));
const keySizes = [1000, 100_000, 1_000_000].map((keys) => ({
  label: `${keys} keys`,
  load: { operation: 'get', connections: 64, depth: 16, keys } as const,
}));
const topicSizes = [0, 1000, 10_000].map((extraTopics) => ({
  label: `${extraTopics + 1} topics`,
  load: { mode: 'fanout', connections: 100, depth: 16, valueBytes: 64, extraTopics } as const,
}));

export const connectionGrowth = growth(
  'growth-connections',
  'Cost of an echo as connections grow',
  'One call in flight on each WebSocket. The kernel takes more with more sockets too: see what a bare uWebSockets.js takes.',
  connectionSizes,
  [...sizes('polywire', polywire('ws'), connectionSizes), ...sizes('uWebSockets.js', uwsEcho, connectionSizes)],
);

export const keyGrowth = growth(
  'growth-keys',
  'Cost of a get as keys grow',
  'Memory store, native TCP, depth 16, keys at random: a million of them are in no cache of the processor.',
  keySizes,
  [...sizes('polywire', polywire('tcp'), keySizes), ...sizes('redis', redis(), keySizes, redisFault)],
);

export const topicGrowth = growth(
  'growth-topics',
  'Cost of a delivery as topics grow',
  '100 subscribers of one topic, depth 16, who are subscribed to other topics as well, to which nobody publishes.',
  topicSizes,
  [...sizes('polywire', polywire('ws'), topicSizes), ...sizes('nats-server', nats, topicSizes, natsFault)],
);
