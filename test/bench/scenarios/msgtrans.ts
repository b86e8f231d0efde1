import { loaded, netEcho } from '../peers.js';
import type { Contestant, Scenario } from '../scenario.js';
import { serveScript } from '../serve-script.js';

const point = 'depth 16';
const load = { operation: 'echo', connections: 64, depth: 16 } as const;
const together = 'polywire, MsgTrans, one_packet_a_write = false';

function msgtrans(name: string, onePacketAWrite: boolean): Contestant {
  return loaded(
    name,
    async (bench) => {
      const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['msgtrans'], onePacketAWrite }));
      return { wire: 'msgtrans', port: server.port('msgtrans'), serverPid: server.pid };
    },
    [{ name: point, load }],
  );
}

export const msgtransEcho: Scenario = {
  name: 'echo-msgtrans',
  title: 'Echo of MsgTrans over TCP',
  unit: 'messages/s',
  better: 'higher',
  note:
    '64 connections, 32 bytes and 16 of header. Out of the box each packet has a write of its own, which clients up to ' +
    '1.0.3 need; one_packet_a_write = false is for clients from 1.0.4 on.',
  contestants: [
    msgtrans('polywire, MsgTrans', true),
    msgtrans(together, false),
    loaded('node:net frames', netEcho, [{ name: point, load: { ...load, valueBytes: 44 } }]),
  ],
  targets: [
    { point, contestant: together, against: 'node:net frames', bound: 0.5 },
    { point, contestant: 'polywire, MsgTrans', against: 'node:net frames', bound: 0.5, isWish: true },
  ],
};
