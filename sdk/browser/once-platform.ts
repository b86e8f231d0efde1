import type { OncePlatform } from '../client/platform.js';
import { timerClock } from '../client/timer-clock.js';
import { dialWebSocket } from './dial-websocket.js';

/** What one connection needs of a browser. */
export const oncePlatform: OncePlatform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket },
  clock: timerClock,
  defer: (run) => queueMicrotask(run),
};
