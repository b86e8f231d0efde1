import { describe } from 'vitest';
import { describeListener } from './listener.cases.js';
import { dialWebSocket } from './peer.cases.js';
import { uwsLoads } from './stage.cases.js';
import { describeUpgrades } from './upgrade.cases.js';
import { describeIdleTimeout, describeWebSocketListener } from './websocket.cases.js';
import { loadUwsListener } from './websocket-uws.js';

const kind = { name: 'ws-uws', transport: 'ws', load: () => loadUwsListener(), dial: dialWebSocket } as const;

// uWebSockets.js has no binary for this version of Node where it does not load.
describe.skipIf(!uwsLoads)('on uWebSockets.js', () => {
  describeListener(kind);
  describeUpgrades(kind);
  describeWebSocketListener(kind);
  // Eight seconds are the least that the library takes, in steps of four.
  describeIdleTimeout({ name: kind.name, load: () => loadUwsListener(8) }, 8000, 14_000);
});
