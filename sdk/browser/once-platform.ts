import type { Platform } from '../client/platform.js';
import { timerClock } from '../client/timer-clock.js';
import { dialWebSocket } from './dial-websocket.js';

/** What one connection needs of a browser. */
export const oncePlatform: Platform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket },
  clock: timerClock,
  random: Math.random,
  defer: (run) => queueMicrotask(run),
};
