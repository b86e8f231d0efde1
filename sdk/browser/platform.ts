import type { Platform } from '../client/platform.js';
import { timerClock } from '../client/timer-clock.js';
import { dialWebSocket } from './dial-websocket.js';
import { onWake } from './on-wake.js';

/** What one connection needs of a browser. */
export const oncePlatform: Platform = {
  dialers: { 'ws:': dialWebSocket, 'wss:': dialWebSocket },
  clock: timerClock,
  random: Math.random,
  defer: (run) => queueMicrotask(run),
};

/** What a browser brings along. */
export const platform: Platform = { ...oncePlatform, onWake };
