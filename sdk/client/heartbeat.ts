import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { SessionServiceClient } from '@polywire/protocol/polywire.session.v1';
import { type CallTarget, type Clock, PolywireError, type Timer } from '../core/index.js';
import { sessionCalls } from './session-calls.js';

/** Bytes that were moved, ever growing. */
export interface ByteCounts {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Makes what watches over a connection; `onLost` is called when it has been silent for too long. Handed in: not everybody carries it. */
export type Heartbeats = (
  connection: ByteCounts & { readonly engine: CallTarget },
  clock: Clock,
  heartbeatMs: number,
  onLost: (error: PolywireError) => void,
) => Heartbeat;

/** Finds a connection whose other side has fallen silent. */
export const heartbeats: Heartbeats = (connection, clock, heartbeatMs, onLost) =>
  new Heartbeat(clock, heartbeatMs, connection, sessionCalls(connection.engine), onLost);

/** The timer runs so often in a heartbeat: what is idle is found within one and a half of them. */
const TICKS = 2;

/**
 * Pings when for one heartbeat nothing was sent or nothing came, and finds the connection lost
 * when for two heartbeats nothing came. One timer; a busy connection costs two comparisons a tick.
 *
 * Silence is counted in ticks, not read from a clock: a machine or a browser tab that slept has
 * heard nothing because nobody listened. A tick that comes late begins to count anew, after a ping.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #counts: ByteCounts;
  readonly #session: SessionServiceClient;
  readonly #onLost: (error: PolywireError) => void;
  #timer: Timer | undefined;
  #dueMs = 0;
  #bytesIn: number;
  #bytesOut: number;
  #silentIn = 0;
  #silentOut = 0;
  #pinging = false;
  /** Milliseconds that the last ping took. */
  rttMs: number | undefined;

  constructor(
    clock: Clock,
    heartbeatMs: number,
    counts: ByteCounts,
    session: SessionServiceClient,
    onLost: (error: PolywireError) => void,
  ) {
    this.#clock = clock;
    this.#tickMs = Math.max(1, heartbeatMs / TICKS);
    this.#counts = counts;
    this.#session = session;
    this.#onLost = onLost;
    this.#bytesIn = counts.bytesIn;
    this.#bytesOut = counts.bytesOut;
    this.#arm();
  }

  /** Asks now, and gives the server one more heartbeat to answer at most. */
  probe(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#silentIn = TICKS;
    this.#ping();
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#dueMs = this.#clock.now() + this.#tickMs;
    this.#timer = this.#clock.setTimer(this.#tickMs, () => this.#tick());
  }

  #tick(): void {
    const { bytesIn, bytesOut } = this.#counts;
    this.#silentIn = bytesIn === this.#bytesIn ? this.#silentIn + 1 : 0;
    this.#silentOut = bytesOut === this.#bytesOut ? this.#silentOut + 1 : 0;
    this.#bytesIn = bytesIn;
    this.#bytesOut = bytesOut;
    if (this.#clock.now() - this.#dueMs > this.#tickMs) {
      this.#silentIn = 0;
      this.#pinging = false;
      this.#ping();
    } else if (this.#silentIn >= 2 * TICKS) {
      this.stop();
      const heardMs = 2 * TICKS * this.#tickMs;
      this.#onLost(new PolywireError(ErrorCode.HEARTBEAT_LOST, `nothing came from the server for ${heardMs} ms`));
      return;
    }
    if (this.#silentIn >= TICKS || this.#silentOut >= TICKS) this.#ping();
    this.#arm();
  }

  #ping(): void {
    if (this.#pinging) return;
    this.#pinging = true;
    const sentMs = this.#clock.now();
    const done = (): void => {
      this.#pinging = false;
    };
    this.#session.ping({}, { timeoutMs: 0 }).then(() => {
      this.rttMs = this.#clock.now() - sentMs;
      done();
    }, done);
  }
}
