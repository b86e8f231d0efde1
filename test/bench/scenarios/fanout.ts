import { loaded, nats, natsFault, polywire, redis, redisFault, uwsTopics } from '../peers.js';
import type { Scenario } from '../scenario.js';

const points = [1, 16, 64].map((depth) => ({
  name: `depth ${depth}`,
  load: { mode: 'fanout', connections: 1000, depth, valueBytes: 64, perFrame: 1 } as const,
}));

export const fanout: Scenario = {
  name: 'fanout',
  title: 'Fan-out, 1 publisher to 1,000 subscribers',
  unit: 'deliveries/s',
  better: 'higher',
  note: '64 bytes; depth messages are published in one write and awaited at every subscriber. uWebSockets.js publishes in the handler of each message.',
  contestants: [
    loaded(
      'polywire',
      polywire('ws'),
      points.map(({ name, load }) => ({ name, load: { ...load, perFrame: 0 } })),
    ),
    loaded('uWebSockets.js publish', uwsTopics, points),
    loaded('redis PUBLISH', redis(), points, redisFault),
    loaded('nats-server', nats, points, natsFault),
  ],
  targets: [
    { point: 'depth 1', contestant: 'polywire', against: 'uWebSockets.js publish', bound: 0.9, aim: 1 },
    { point: 'depth 16', contestant: 'polywire', against: 'uWebSockets.js publish', bound: 1 },
    { point: 'depth 16', contestant: 'polywire', against: 'redis PUBLISH', bound: 1 },
    { point: 'depth 64', contestant: 'polywire', against: 'redis PUBLISH', bound: 1 },
    ...points.map(
      ({ name: point }) => ({ point, contestant: 'polywire', against: 'nats-server', bound: 1, isWish: true }) as const,
    ),
  ],
};
