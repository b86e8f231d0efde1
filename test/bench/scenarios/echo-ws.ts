import { loaded, polywire, uwsEcho, wsEcho } from '../peers.js';
import type { Scenario } from '../scenario.js';

const depths = [1, 16, 64];
const points = depths.map((depth) => ({
  name: `depth ${depth}`,
  load: { operation: 'echo', connections: 64, depth, perFrame: 1 } as const,
}));
const batched = points.map(({ name, load }) => ({ name, load: { ...load, perFrame: 0 } }));

export const echoWs: Scenario = {
  name: 'echo-ws',
  title: 'Unary echo over WebSocket',
  unit: 'messages/s',
  better: 'higher',
  note: '64 connections, 32 bytes. Polywire decodes and answers a call of a generated service; the others return a message as it is, one a frame. Batched: all calls in flight in one frame.',
  contestants: [
    loaded('polywire, batched frames', polywire('ws'), batched),
    loaded('polywire, a frame a packet', polywire('ws'), points),
    loaded('uWebSockets.js', uwsEcho, points),
    loaded('ws', wsEcho, points),
  ],
  targets: [
    { point: 'depth 1', contestant: 'polywire, batched frames', against: 'uWebSockets.js', bound: 0.9, aim: 1 },
    { point: 'depth 16', contestant: 'polywire, batched frames', against: 'uWebSockets.js', bound: 1, aim: 1.5 },
    { point: 'depth 64', contestant: 'polywire, batched frames', against: 'uWebSockets.js', bound: 1.3, aim: 1.5 },
  ],
};
