import type { Fragments } from '../core/index.js';
import type { ReconnectOptions } from './connection-keeper.js';
import type { Token } from './token-source.js';

export interface ConnectOptions {
  /** Identity that owns a data space across connections. Default: anonymous, the space ends with the session. */
  readonly clientId?: string;
  /**
   * Credentials, or a function that gives them: it is asked for every connection, and again before they expire. A
   * function that gives an empty text ends the client with UNAUTHENTICATED. Default: none.
   */
  readonly token?: Token;
  /** Milliseconds that connecting, and then Hello, may take. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** How often to try again before the first connection stands. Default: 0, every URL is tried once. */
  readonly connectRetries?: number;
  /** What happens when the connection is lost; false: the client closes. Default: it is replaced, for ever. */
  readonly reconnect?: ReconnectOptions | false;
  /** Whether calls that are made without a connection wait for one, within their timeout. Default: "wait". */
  readonly whileDisconnected?: 'wait' | 'fail';
  /** Calls that may wait for a connection at once; more fail with RESOURCE_EXHAUSTED. Default: 1,024. */
  readonly maxQueuedCalls?: number;
  /** Milliseconds that a call may take when it does not say. Default: 10,000. 0: no limit. */
  readonly timeoutMs?: number;
  /**
   * How often an idempotent call is made again when the server says that a later try may succeed
   * (RATE_LIMITED, or retry_after), within its timeout. Default: 0.
   */
  readonly retries?: number;
  /** Bytes of received items that may wait for a slow reader of a stream. Default: 4 MiB. */
  readonly maxStreamBytes?: number;
  /**
   * `fragments`: messages that are larger than one packet (1 MiB by default of the server) move in pieces. Default: the
   * client of `@polywire/sdk` has it; that of `@polywire/sdk/bare` fails such calls with PACKET_TOO_LARGE.
   */
  readonly fragments?: Fragments;
  /** Withdraws connecting. */
  readonly signal?: AbortSignal;
}
