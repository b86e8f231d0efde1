import type { Scenario } from '../scenario.js';
import { echoTcp } from './echo-tcp.js';
import { echoWs } from './echo-ws.js';
import { fanout } from './fanout.js';
import { kvGet, kvSet } from './kv-memory.js';

/** All of them, in the order in which they run. */
export const scenarios: readonly Scenario[] = [echoWs, echoTcp, kvGet, kvSet, fanout];
