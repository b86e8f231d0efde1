import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { backoffMs, type Clock, type PolywireError, type Timer } from '../core/index.js';
import type { ConnectionLoss } from './connection-loss.js';
import type { ConnectionState, ConnectionStatus } from './connection-status.js';

export interface ReconnectOptions {
  /** Upper bound of the first delay in milliseconds; delays are drawn from 0 to a bound that doubles. Default: 500. */
  readonly firstMs?: number;
  /** Upper bound of every delay in milliseconds. Default: 20,000. */
  readonly maxMs?: number;
  /** Tries after a connection was lost, before the client closes. Default: no end. */
  readonly attempts?: number;
}

/** What the keeper keeps: one connection that was welcomed. */
export interface KeptConnection {
  readonly resumed: boolean;
}

export interface KeeperOptions<Kept extends KeptConnection> {
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  /** Tried in turn. */
  readonly urls: readonly URL[];
  /** Undefined: a connection that is lost is not replaced. */
  readonly reconnect: ReconnectOptions | undefined;
  /** Tries before the first connection stands, beyond one of each URL. */
  readonly firstRetries: number;
  /** Connects and is welcomed. Rejects with a ConnectionLoss, also when the signal is aborted. */
  open(url: URL, signal: AbortSignal): Promise<Kept>;
  /** Ends a connection that came too late. */
  discard(connection: Kept): void;
  /** Every transition. `connected` comes with the connection, `closed` with the error. */
  onStatus(status: ConnectionStatus, connection: Kept | undefined, error: PolywireError | undefined): void;
}

/** A connection that held so long is taken as proof that the next try may be quick again. */
const STABLE_MS = 10_000;

type State<Kept> =
  | { readonly name: 'connecting'; readonly abort: AbortController }
  | { readonly name: 'connected'; readonly connection: Kept; readonly sinceMs: number }
  | { readonly name: 'disconnected'; readonly timer: Timer; readonly notBeforeMs: number }
  | { readonly name: 'closed' };

/**
 * Keeps one connection to a server. Everything that happens to it is an edge of this drawing, and
 * every edge is told to `onStatus` with a code and a reason.
 *
 * ```
 *               start()
 *                  |
 *                  v     open() resolves
 *   +------> [connecting] ----------------------------> [connected]
 *   |            |   |                                   |       |
 *   |   open()   |   | open() rejects: final,            |       |
 *   |   rejects  |   | or the last try                   |       |
 *   |            v   +---------+                         |       |
 *   |    [disconnected]        |         lost(), leave() |       | lost(): final, or
 *   |      |     ^    |        |                         |       | no reconnect; close()
 *   |      |     |    | close()|                         |       |
 *   |      |     +----|--------|-------------------------+       |
 *   +------+          v        v                                 v
 *   the delay is     [ c l o s e d ] <---------------------------+
 *   over, or wake()        ^
 *                          +--- close() while [connecting]
 * ```
 *
 * Delays have full jitter and double with every try in vain; a connection that held for 10 s makes
 * them small again. What a server says with retry_after is waited for, also when `wake()` comes.
 */
export class ConnectionKeeper<Kept extends KeptConnection> {
  readonly #options: KeeperOptions<Kept>;
  readonly #backoff: { readonly firstMs: number; readonly maxMs: number };
  #state: State<Kept> | undefined;
  #everConnected = false;
  /** Tries since the last connection that held. */
  #attempt = 0;
  /** Tries in all: which URL is next. */
  #tries = 0;

  constructor(options: KeeperOptions<Kept>) {
    this.#options = options;
    const { firstMs = 500, maxMs = 20_000 } = options.reconnect ?? {};
    this.#backoff = { firstMs, maxMs };
  }

  /** The connection, while connected. */
  get connection(): Kept | undefined {
    return this.#state?.name === 'connected' ? this.#state.connection : undefined;
  }

  start(): void {
    if (this.#state === undefined) this.#connect(0, '');
  }

  /** A connection has ended. Does nothing when it is not the present one. */
  lost(connection: Kept, loss: ConnectionLoss): void {
    if (this.#state?.name !== 'connected' || this.#state.connection !== connection) return;
    this.#forgetAttempts(this.#state.sinceMs);
    const { reconnect } = this.#options;
    if (loss.final || reconnect === undefined) this.#closed(loss.error);
    else this.#wait(loss.error, loss.error.retryAfterMs);
  }

  /** The server asks to connect elsewhere; the connection itself may go on. False: it is not the present one, or stays. */
  leave(connection: Kept, error: PolywireError): boolean {
    if (this.#state?.name !== 'connected' || this.#state.connection !== connection) return false;
    if (this.#options.reconnect === undefined) return false;
    this.#forgetAttempts(this.#state.sinceMs);
    this.#wait(error, error.retryAfterMs);
    return true;
  }

  /** The network is likely to be there again: does not wait any longer than the server asked for. */
  wake(): void {
    const state = this.#state;
    if (state?.name !== 'disconnected') return;
    const leftMs = state.notBeforeMs - this.#options.clock.now();
    if (leftMs > 0) return;
    state.timer.cancel();
    this.#connect(0, '');
  }

  /** Ends it for good. Does nothing when it is closed. */
  close(error: PolywireError): void {
    const state = this.#state;
    if (state?.name === 'closed') return;
    this.#closed(error);
    if (state?.name === 'connecting') state.abort.abort(error);
    if (state?.name === 'disconnected') state.timer.cancel();
  }

  #connect(code: number, reason: string): void {
    const { urls, open, discard } = this.#options;
    const abort = new AbortController();
    const state: State<Kept> = { name: 'connecting', abort };
    this.#attempt++;
    this.#tries++;
    this.#enter(state, { code: code as ConnectionStatus['code'], reason });
    const url = urls[(this.#tries - 1) % urls.length] as URL;
    open(url, abort.signal).then(
      (connection) => {
        if (this.#state === state) this.#connected(connection);
        else discard(connection);
      },
      (loss: ConnectionLoss) => {
        if (this.#state === state) this.#failed(loss);
      },
    );
  }

  #connected(connection: Kept): void {
    this.#everConnected = true;
    const sinceMs = this.#options.clock.now();
    this.#enter({ name: 'connected', connection, sinceMs }, { resumed: connection.resumed });
  }

  #failed(loss: ConnectionLoss): void {
    const { urls, reconnect, firstRetries } = this.#options;
    const most = this.#everConnected ? (reconnect?.attempts ?? Number.POSITIVE_INFINITY) : urls.length + firstRetries;
    if (loss.final || this.#attempt >= most) this.#closed(loss.error);
    else this.#wait(loss.error, loss.error.retryAfterMs);
  }

  #wait(error: PolywireError, retryAfterMs: number): void {
    const { clock, random, urls } = this.#options;
    // Until every URL was tried once, the first connection is in a hurry.
    const round = Math.floor(Math.max(0, this.#attempt - 1) / urls.length);
    const hurried = !this.#everConnected && this.#attempt < urls.length;
    const delayMs = retryAfterMs + (hurried ? 0 : backoffMs(round, random(), this.#backoff));
    const timer = clock.setTimer(delayMs, () => this.#connect(0, ''));
    const notBeforeMs = clock.now() + retryAfterMs;
    const { code, message } = error;
    this.#enter({ name: 'disconnected', timer, notBeforeMs }, { code, reason: message, retryInMs: delayMs });
  }

  #closed(error: PolywireError): void {
    this.#enter({ name: 'closed' }, { code: error.code, reason: error.message }, error);
  }

  #forgetAttempts(connectedAtMs: number): void {
    if (this.#options.clock.now() - connectedAtMs >= STABLE_MS) this.#attempt = 0;
  }

  #enter(state: State<Kept>, facts: Partial<ConnectionStatus>, error?: PolywireError): void {
    this.#state = state;
    const { urls, onStatus } = this.#options;
    const url = urls[Math.max(0, this.#tries - 1) % urls.length] as URL;
    const status: ConnectionStatus = {
      state: state.name satisfies ConnectionState,
      code: ErrorCode.UNSPECIFIED,
      reason: '',
      attempt: this.#attempt,
      retryInMs: 0,
      resumed: false,
      url: `${url.protocol}//${url.host}${url.pathname}`,
      ...facts,
    };
    onStatus(status, state.name === 'connected' ? state.connection : undefined, error);
  }
}
