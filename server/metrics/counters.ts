import type { StatsResponse } from '@polywire/protocol/polywire.admin.v1';

/** What the counters contribute to statistics. */
export type CounterValues = Pick<
  StatsResponse,
  | 'sessionsTotal'
  | 'messagesIn'
  | 'messagesOut'
  | 'bytesIn'
  | 'bytesOut'
  | 'errors'
  | 'sessionsResumed'
  | 'resumesRefused'
  | 'heartbeatsLost'
  | 'callsRepeated'
  | 'readersSlow'
  | 'readersClosed'
  | 'handshakesFailed'
>;

/** Counts since the start. Plain fields: whatever happens often adds to them with `++` and `+=`. */
export class Counters implements CounterValues {
  /** Sessions that were opened. */
  sessionsTotal = 0;
  /** Packets and dialect messages received. */
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Failed calls and connections that ended with an error. */
  errors = 0;
  /** Sessions that went on after a lost connection. */
  sessionsResumed = 0;
  /** Hellos whose Resume named no session that could go on. */
  resumesRefused = 0;
  /** Connections that were closed because nothing came from them for two heartbeats. */
  heartbeatsLost = 0;
  /** Calls that got the outcome of an earlier one with the same idempotency key. */
  callsRepeated = 0;
  /** How often more than the high-water mark began to wait for a reader. */
  readersSlow = 0;
  /** Connections that were closed because their reader was too slow. */
  readersClosed = 0;
  /** TLS and QUIC handshakes that failed. */
  handshakesFailed = 0;

  /** The values of this moment, which later counting does not change. */
  snapshot(): CounterValues {
    return { ...this };
  }
}
