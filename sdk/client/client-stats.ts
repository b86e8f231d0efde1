/** What a connection has moved. */
export interface Traffic {
  /** Packets. */
  messagesIn: number;
  messagesOut: number;
  bytesIn: number;
  bytesOut: number;
}

/** What a client has moved since it was made. */
export interface ClientStats extends Readonly<Traffic> {
  /** Connections that stand now: 1, or 0, or more while a server is being left. */
  readonly connections: number;
  /** Connections that replaced one that was lost. */
  readonly reconnects: number;
  /** Calls that failed. */
  readonly errors: number;
  /** Milliseconds that the last heartbeat took; undefined: there was none. */
  readonly rttMs: number | undefined;
}

/** Adds what one connection has moved to a sum. */
export function addTraffic(sum: Traffic, more: Traffic): void {
  sum.messagesIn += more.messagesIn;
  sum.messagesOut += more.messagesOut;
  sum.bytesIn += more.bytesIn;
  sum.bytesOut += more.bytesOut;
}
