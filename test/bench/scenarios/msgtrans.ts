import { loaded, netEcho } from '../peers.js';
import type { Scenario } from '../scenario.js';
import { serveScript } from '../serve-script.js';

const point = 'depth 16';
const load = { operation: 'echo', connections: 64, depth: 16 } as const;

export const msgtransEcho: Scenario = {
  name: 'echo-msgtrans',
  title: 'Echo of MsgTrans over TCP',
  unit: 'messages/s',
  better: 'higher',
  note: '64 connections, 32 bytes and 16 of header. MsgTrans clients up to 1.0.3 need each packet in a write of its own.',
  contestants: [
    loaded(
      'polywire, MsgTrans',
      async (bench) => {
        const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['msgtrans'] }));
        return { wire: 'msgtrans', port: server.port('msgtrans'), serverPid: server.pid };
      },
      [{ name: point, load }],
    ),
    loaded('node:net frames', netEcho, [{ name: point, load: { ...load, valueBytes: 44 } }]),
  ],
  targets: [{ point, contestant: 'polywire, MsgTrans', against: 'node:net frames', bound: 0.5 }],
};
