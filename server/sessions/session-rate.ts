import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { RateBucket } from '../transports/rate-bucket.js';

const MS_PER_SECOND = 1_000;

export interface RateLimits {
  /** Calls a second; 0: any number. */
  readonly maxRequestsPerSecond: number;
  /** Received bytes a second; 0: any number. */
  readonly maxBytesPerSecond: number;
  /** What a client may send before it can have read that it is over the limit. */
  readonly maxPayloadBytes: number;
}

/** True when sessions have to be watched at all. */
export function hasRateLimits({ maxRequestsPerSecond, maxBytesPerSecond }: RateLimits): boolean {
  return maxRequestsPerSecond > 0 || maxBytesPerSecond > 0;
}

/** How much one session may ask for. A refusal says when to come back; nothing is held back silently. */
export class SessionRate {
  readonly #limits: RateLimits;
  readonly #requests: RateBucket | undefined;
  readonly #bytes: RateBucket | undefined;
  /** Bytes that came although there was nothing left for them. */
  #excessBytes = 0;
  #blockedMs = 0;

  constructor(limits: RateLimits, nowMs: number) {
    const { maxRequestsPerSecond, maxBytesPerSecond } = limits;
    this.#limits = limits;
    this.#requests = maxRequestsPerSecond > 0 ? new RateBucket(maxRequestsPerSecond, nowMs) : undefined;
    this.#bytes = maxBytesPerSecond > 0 ? new RateBucket(maxBytesPerSecond, nowMs) : undefined;
  }

  /**
   * Bytes have come. With anything left they are all taken, as a message cannot be taken in part;
   * what they are too many is missing afterwards.
   * @throws PolywireError RATE_LIMITED when the peer goes on although calls are refused: the
   * connection is to be closed
   */
  received(byteCount: number, nowMs: number): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    const isBlocked = bytes.emptyForMs(nowMs) > 0;
    bytes.charge(byteCount, nowMs);
    this.#blockedMs = isBlocked ? bytes.emptyForMs(nowMs) : 0;
    this.#excessBytes = isBlocked ? this.#excessBytes + byteCount : 0;
    const { maxBytesPerSecond, maxPayloadBytes } = this.#limits;
    if (this.#excessBytes > maxBytesPerSecond + maxPayloadBytes) throw this.#tooManyBytes();
  }

  /** @throws PolywireError RATE_LIMITED when a call is one too many */
  admitCall(nowMs: number): void {
    if (this.#blockedMs > 0) throw this.#tooManyBytes();
    const waitMs = this.#requests?.take(nowMs) ?? 0;
    if (waitMs === 0) return;
    throw this.#tooManyCalls(waitMs);
  }

  /**
   * Messages have come that cannot be refused one by one.
   * @returns RATE_LIMITED when they were too many: the connection is to be closed
   */
  excessOfMessages(count: number, nowMs: number): PolywireError | undefined {
    this.#requests?.charge(count, nowMs);
    return this.#requests?.isOverdrawn(nowMs) === true ? this.#tooManyCalls(MS_PER_SECOND) : undefined;
  }

  #tooManyCalls(waitMs: number): PolywireError {
    const { maxRequestsPerSecond } = this.#limits;
    const text = `more than ${maxRequestsPerSecond} calls a second (limits.max_requests_per_second)`;
    return rateLimited(text, 'max_requests_per_second', maxRequestsPerSecond, waitMs);
  }

  #tooManyBytes(): PolywireError {
    const { maxBytesPerSecond } = this.#limits;
    const text = `more than ${maxBytesPerSecond} bytes a second (limits.max_bytes_per_second)`;
    return rateLimited(text, 'max_bytes_per_second', maxBytesPerSecond, this.#blockedMs);
  }
}

function rateLimited(text: string, limit: string, value: number, retryAfterMs: number): PolywireError {
  return new PolywireError(ErrorCode.RATE_LIMITED, `${text}; try again in ${retryAfterMs} ms`, {
    details: { [limit]: String(value) },
    retryAfterMs,
  });
}
