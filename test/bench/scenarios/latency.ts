import { loaded, polywire, uwsEcho, wsEcho } from '../peers.js';
import type { Contestant, Scenario } from '../scenario.js';

const point = '64 connections, depth 1';
const points = [{ name: point, load: { operation: 'echo', connections: 64, depth: 1 } as const }];

/** The same run, with its p99 as the value. */
function p99(contestant: Contestant): Contestant {
  return {
    ...contestant,
    async *run(bench) {
      for await (const sample of contestant.run(bench)) yield { ...sample, value: sample.p99Us ?? Number.NaN };
    },
  };
}

export const latency: Scenario = {
  name: 'p99',
  title: 'p99 of an echo over WebSocket under full load',
  unit: 'µs',
  better: 'lower',
  note: '64 connections with one call each, as fast as they can.',
  contestants: [
    p99(loaded('polywire', polywire('ws'), points)),
    p99(loaded('uWebSockets.js', uwsEcho, points)),
    p99(loaded('ws', wsEcho, points)),
  ],
  targets: [{ point, contestant: 'polywire', against: 'uWebSockets.js', bound: 1.3, aim: 1.1 }],
};
