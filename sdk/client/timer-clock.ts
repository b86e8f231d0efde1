import type { Clock } from '../core/index.js';

// Longer delays make a JavaScript timer fire at once.
const MAX_DELAY_MS = 0x7fff_ffff;
const startedAtMs = Date.now() - performance.now();

/** The platform's time: the wall clock at the start, carried on by the monotonic one. */
export const timerClock: Clock = {
  now: () => startedAtMs + performance.now(),
  setTimer(delayMs, run) {
    let left = delayMs;
    let id: ReturnType<typeof setTimeout>;
    const arm = (): void => {
      const step = Math.min(left, MAX_DELAY_MS);
      left -= step;
      id = setTimeout(left > 0 ? arm : run, step);
    };
    arm();
    return { cancel: () => clearTimeout(id) };
  },
};
