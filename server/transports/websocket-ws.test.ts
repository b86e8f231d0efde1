import { describeListener } from './listener.cases.js';
import type { CreateListener } from './listener.js';
import { dialWebSocket } from './peer.cases.js';
import { describeUpgrades } from './upgrade.cases.js';
import { describeIdleTimeout, describeWebSocketListener } from './websocket.cases.js';
import { createWsListener } from './websocket-ws.js';

const load = async (): Promise<CreateListener> => (options, host) => createWsListener(options, host);
const kind = { name: 'ws-node', transport: 'ws', load, dial: dialWebSocket } as const;

describeListener(kind);
describeUpgrades(kind);
describeWebSocketListener(kind);
describeIdleTimeout(
  { name: kind.name, load: async () => (options, host) => createWsListener(options, host, 400) },
  400,
  1000,
);
