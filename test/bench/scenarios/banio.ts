import { encodeMessage } from '../../../server/dialects/banio/encode.js';
import { loaded, netEcho } from '../peers.js';
import type { Scenario } from '../scenario.js';
import { serveScript } from '../serve-script.js';

const point = 'depth 16';
const load = { operation: 'echo', connections: 64, depth: 16 } as const;
const plain = { era: 'gob', cipher: undefined } as const;
const ping = encodeMessage({ action: 'ping', data: 41n, plain: true }, plain);
const pong = encodeMessage({ action: 'pong', data: 42n, plain: true }, plain);

export const banioEcho: Scenario = {
  name: 'echo-banio',
  title: 'Ping of BanIO over TCP',
  unit: 'messages/s',
  better: 'higher',
  note: `64 connections, a gob of ${ping.length} bytes whose payload is zlib.`,
  contestants: [
    loaded(
      'polywire, BanIO',
      async (bench) => {
        const server = await serveScript(bench, 'polywire', JSON.stringify({ listen: ['banio'] }));
        return { wire: 'exact', port: server.port('banio'), serverPid: server.pid };
      },
      [{ name: point, load: { ...load, request: ping.toString('hex'), reply: pong.toString('hex') } }],
    ),
    loaded('node:net frames', netEcho, [{ name: point, load }]),
  ],
  targets: [],
};
