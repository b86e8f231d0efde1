import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { closeCodes, retryableCodes } from '@polywire/protocol/error-kinds';
import type { ErrorCode as Code, ErrorInit, Error as ErrorMessage } from '@polywire/protocol/polywire.errors.v1';
import { WireError, type WireErrorReason } from '@polywire/protocol/wire';
import { codeNames } from '#code-names';

const brand = Symbol.for('polywire.PolywireError');

const codeOfReason: Readonly<Record<WireErrorReason, Code>> = {
  malformed: ErrorCode.MALFORMED_MESSAGE,
  'invalid-utf8': ErrorCode.INVALID_UTF8,
  'too-deep': ErrorCode.MALFORMED_MESSAGE,
  'unsafe-integer': ErrorCode.INVALID_ARGUMENT,
  'invalid-field': ErrorCode.INVALID_ARGUMENT,
  'key-too-long': ErrorCode.KEY_TOO_LONG,
  'slow-consumer': ErrorCode.SLOW_CONSUMER,
};

export interface PolywireErrorOptions {
  /** Facts for programs, such as `field`, `limit` and `length`. They travel with the error. */
  readonly details?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds to wait before the next try; 0: no advice. */
  readonly retryAfterMs?: number | undefined;
  /** What led to it. Stays on this side of the wire. */
  readonly cause?: unknown;
}

/**
 * The one error of Polywire. Match on `code`, a member of the closed set in
 * `polywire.errors.v1.ErrorCode`; texts may change between releases.
 */
export class PolywireError extends Error {
  override readonly name = 'PolywireError';
  readonly [brand] = true;
  readonly code: Code;
  readonly details: Readonly<Record<string, string>>;
  readonly retryAfterMs: number;

  constructor(code: Code, message: string, options: PolywireErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : options);
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }

  /** The code's name, such as "NOT_FOUND"; in a page of `@polywire/sdk/once` alone "CODE_5". */
  get codeName(): string {
    return Object.keys(codeNames).find((name) => codeNames[name] === this.code) ?? `CODE_${this.code}`;
  }

  /** The same call may succeed later without a change. */
  get retryable(): boolean {
    return retryableCodes.includes(this.code);
  }

  /** Code with which a WebSocket is closed for this error. */
  get closeCode(): number {
    return closeCodes[this.code] ?? 3000;
  }

  /** The error that a connection was closed with. Undefined: the close code is not one of an error. */
  static fromCloseCode(closeCode: number, message: string, cause?: unknown): PolywireError | undefined {
    const code = Object.keys(closeCodes).find((known) => closeCodes[Number(known)] === closeCode);
    return code === undefined ? undefined : new PolywireError(Number(code) as Code, message, { cause });
  }

  /** The message that travels. */
  toMessage(): ErrorInit {
    return {
      code: this.code,
      message: this.message,
      details: new Map(Object.entries(this.details)),
      retryAfterMs: this.retryAfterMs,
    };
  }

  /**
   * The error that a peer sent. `code` is the Route's, which rules over the message's.
   * @param message undefined: it could not be read
   */
  static fromMessage(code: number, message?: ErrorMessage): PolywireError {
    return new PolywireError(code as Code, message?.message ?? '', {
      details: Object.fromEntries(message?.details ?? []),
      retryAfterMs: message?.retryAfterMs,
    });
  }

  /**
   * Turns whatever was thrown into a PolywireError. A codec's WireError gets the code of its
   * reason; anything unknown becomes INTERNAL with the original as cause and without its text,
   * which may hold what a peer must not see.
   */
  static from(thrown: unknown): PolywireError {
    if (PolywireError.is(thrown)) return thrown;
    if (WireError.is(thrown)) {
      const details = { ...thrown.details, ...(thrown.field && { field: thrown.field }) };
      return new PolywireError(codeOfReason[thrown.reason], thrown.message, { details, cause: thrown });
    }
    return new PolywireError(ErrorCode.INTERNAL, 'an unexpected failure; the log of this side has the cause', {
      cause: thrown,
    });
  }

  /** Works across copies of this package, where `instanceof` does not. */
  static is(value: unknown): value is PolywireError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
