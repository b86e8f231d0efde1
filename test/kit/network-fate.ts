import type { Random } from '../fuzz/random.js';

/** From the client to the server, or the other way. */
export type Direction = 'up' | 'down';

/** How a connection through the proxy ends. */
export interface Fate {
  /** The bytes of which direction are counted. */
  readonly direction: Direction;
  /** So many bytes pass, to the byte: the last packet may be cut in two. */
  readonly afterBytes: number;
  /**
   * - `reset`: both sides are cut off at once, what was under way is lost
   * - `end`: both sides see an orderly end of the stream
   * - `half-open`: the server's side is cut off, the client's stays open and silent
   * - `stall`: nothing passes any more, then both sides are cut off
   */
  readonly how: 'reset' | 'end' | 'half-open' | 'stall';
}

/** Milliseconds from a stall to the cut. */
export const STALL_MS = 100;

/** Hello and what follows at once. */
const FIRST_WORDS_BYTES = 400;

/** A fate by chance: mostly a cut after some kilobytes, now and then within the first words. */
export function randomFate(random: Random, mostBytes: number): Fate {
  const chance = random.next();
  const isEarly = random.oneIn(6);
  return {
    // Most clients of the tests send little after their first words.
    direction: isEarly && random.oneIn(2) ? 'up' : 'down',
    afterBytes: 1 + random.below(isEarly ? FIRST_WORDS_BYTES : mostBytes),
    how: chance < 0.6 ? 'reset' : chance < 0.93 ? 'end' : chance < 0.98 ? 'stall' : 'half-open',
  };
}
