import { loaded, netEcho, polywire } from '../peers.js';
import type { Scenario } from '../scenario.js';

const points = [1, 16, 64].map((depth) => ({
  name: `depth ${depth}`,
  load: { operation: 'echo', connections: 64, depth } as const,
}));

export const echoTcp: Scenario = {
  name: 'echo-tcp',
  title: 'Unary echo over TCP',
  unit: 'messages/s',
  better: 'higher',
  // A packet has 16 bytes of header, 2 of Route and 2 before the payload of 32; a bare frame has 4 and as many.
  note: '64 connections, 32 bytes. node:net finds frames by their length and returns each, in one write for one read.',
  contestants: [
    loaded('polywire', polywire('tcp'), points),
    loaded(
      'node:net frames',
      netEcho,
      points.map(({ name, load }) => ({ name, load: { ...load, valueBytes: 48 } })),
    ),
  ],
  targets: [
    { point: 'depth 1', contestant: 'polywire', against: 'node:net frames', bound: 0.9, aim: 1 },
    { point: 'depth 16', contestant: 'polywire', against: 'node:net frames', bound: 0.6, aim: 1 },
    { point: 'depth 64', contestant: 'polywire', against: 'node:net frames', bound: 0.5, aim: 1 },
  ],
};
