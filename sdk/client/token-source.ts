import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { type Clock, PolywireError, type Timer } from '../core/index.js';
import type { LastingConnection } from './lasting-connection.js';
import { sessionCalls } from './session-calls.js';

/** Credentials: a text, or a function that is asked for fresh ones for every connection and before they expire. */
export type Token = string | (() => string | Promise<string>);

/** A token is renewed when this part of its time is over. */
const RENEW_AT = 0.8;
/** When the time of a new token seems to be over already: the clocks of both sides differ. */
const SKEWED_MS = 30_000;
const RETRY_MS = 5_000;

export interface TokenSourceOptions {
  readonly token: Token | undefined;
  readonly clock: Clock;
  /** Milliseconds that the function may take. */
  readonly timeoutMs: number;
  /** There are no credentials any more that the server takes. */
  onRefused(error: PolywireError): void;
}

/** Where the tokens of a client come from. Renews that of the present connection ahead of its end. */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  #connection: LastingConnection | undefined;
  #timer: Timer | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** Asks again for every connection. */
  get renews(): boolean {
    return typeof this.#options.token === 'function';
  }

  /**
   * A token for now; empty when the client has none.
   * @throws PolywireError UNAUTHENTICATED when the function gives none, UNAVAILABLE when it fails,
   * DEADLINE_EXCEEDED
   */
  get(): string | Promise<string> {
    const { token = '' } = this.#options;
    return typeof token === 'string' ? token : this.#ask(token);
  }

  /** Keeps the token of this connection valid. */
  watch(connection: LastingConnection): void {
    this.stop();
    if (!this.renews) return;
    this.#connection = connection;
    this.#arm(connection.welcome?.tokenExpiresAtMs ?? 0);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#connection = undefined;
  }

  #arm(expiresAtMs: number): void {
    if (expiresAtMs === 0) return;
    const leftMs = expiresAtMs - this.#options.clock.now();
    this.#after(leftMs > 0 ? leftMs * RENEW_AT : SKEWED_MS);
  }

  #after(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      const connection = this.#connection;
      if (connection === undefined) return;
      this.#renew(connection).catch((thrown: unknown) => this.#failed(connection, PolywireError.from(thrown)));
    });
  }

  async #renew(connection: LastingConnection): Promise<void> {
    const token = await this.get();
    if (this.#connection !== connection) return;
    const { timeoutMs } = this.#options;
    const { tokenExpiresAtMs } = await sessionCalls(connection.engine).authenticate({ token }, { timeoutMs });
    if (this.#connection === connection) this.#arm(tokenExpiresAtMs);
  }

  #failed(connection: LastingConnection, error: PolywireError): void {
    if (this.#connection !== connection) return;
    if (error.code === ErrorCode.UNAUTHENTICATED || error.code === ErrorCode.PERMISSION_DENIED) {
      this.#options.onRefused(error);
    } else if (error.code !== ErrorCode.UNIMPLEMENTED) {
      // At worst the server ends the connection when the token does, and the next one has a fresh token.
      this.#after(Math.max(RETRY_MS, error.retryAfterMs));
    }
  }

  async #ask(ask: () => string | Promise<string>): Promise<string> {
    const { clock, timeoutMs } = this.#options;
    let timer: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new PolywireError(
        ErrorCode.DEADLINE_EXCEEDED,
        `the token option gave no token within ${timeoutMs} ms`,
      );
      timer = clock.setTimer(timeoutMs, () => reject(error));
    });
    try {
      const token = await Promise.race([ask(), late]);
      if (token === '') throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'the token option gave an empty token');
      return token;
    } catch (thrown) {
      if (PolywireError.is(thrown)) throw thrown;
      throw new PolywireError(ErrorCode.UNAVAILABLE, 'the token option failed; the cause says how', { cause: thrown });
    } finally {
      timer?.cancel();
    }
  }
}
