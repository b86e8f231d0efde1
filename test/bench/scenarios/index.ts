import type { Scenario } from '../scenario.js';
import { banioEcho } from './banio.js';
import { codecs } from './codecs.js';
import { echoTcp } from './echo-tcp.js';
import { echoWs } from './echo-ws.js';
import { fanout } from './fanout.js';
import { connectionGrowth, keyGrowth, topicGrowth } from './growth.js';
import { idleMemory, idleMemoryOfThree } from './idle-memory.js';
import { kvDisk } from './kv-disk.js';
import { kvGet, kvSet } from './kv-memory.js';
import { latency } from './latency.js';
import { msgtransEcho } from './msgtrans.js';
import { quic } from './quic.js';
import { sdk } from './sdk.js';
import { startUp } from './start-up.js';

/** All of them, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  echoWs,
  echoTcp,
  latency,
  kvGet,
  kvSet,
  kvDisk,
  fanout,
  sdk,
  quic,
  codecs,
  banioEcho,
  msgtransEcho,
  idleMemory,
  idleMemoryOfThree,
  connectionGrowth,
  keyGrowth,
  topicGrowth,
  startUp,
];
