import type { CallEngine, Clock } from '../core/index.js';
import type { Dialers } from './dialer.js';

/** What one connection needs of a platform. */
export interface OncePlatform {
  readonly dialers: Dialers;
  readonly clock: Clock;
  /** Runs a function once, after the present turn. */
  defer(run: () => void): void;
  /** Tells the server that its client ends, where closing the link does not: only a WebSocket has a code for that. */
  farewell?(engine: CallEngine, reason: string): void;
}

/** What a platform brings along. */
export interface Platform extends OncePlatform {
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /**
   * Has `wake` called when the machine is likely to have its network again: it is online, or its
   * user looks at it. Returns what ends that. Default: never.
   */
  onWake?(wake: () => void): () => void;
}
