import { Buffer } from 'node:buffer';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { QuicAddress } from '@polywire/sdk/core';

/** A client answers a Retry within a round trip. */
const LIFETIME_MS = 10_000;
const TIME_BYTES = 6;
const SEAL_BYTES = 16;

/**
 * Tokens that a client has to bring back before anything is kept for it, which proves that it
 * receives what is sent to its address. A token holds all that has to be remembered, sealed with
 * a key of this process: when it was made, and the connection id that the client chose first.
 */
export class RetryTokens {
  readonly #key = randomBytes(32);

  /** @param newId the connection id that the client shall use from now on */
  mint(nowMs: number, client: QuicAddress, originalId: Uint8Array, newId: Uint8Array): Buffer {
    const open = Buffer.alloc(TIME_BYTES + originalId.length);
    open.writeUIntBE(nowMs, 0, TIME_BYTES);
    open.set(originalId, TIME_BYTES);
    return Buffer.concat([open, this.#seal(open, client, newId)]);
  }

  /** The connection id that the client chose first; undefined: not our token, or too old, or another's. */
  open(nowMs: number, client: QuicAddress, token: Uint8Array, newId: Uint8Array): Buffer | undefined {
    const bytes = Buffer.from(token);
    const end = bytes.length - SEAL_BYTES;
    if (end < TIME_BYTES) return undefined;
    const open = bytes.subarray(0, end);
    if (!timingSafeEqual(bytes.subarray(end), this.#seal(open, client, newId))) return undefined;
    const ageMs = nowMs - open.readUIntBE(0, TIME_BYTES);
    return ageMs >= 0 && ageMs <= LIFETIME_MS ? open.subarray(TIME_BYTES) : undefined;
  }

  #seal(open: Uint8Array, client: QuicAddress, newId: Uint8Array): Buffer {
    const hmac = createHmac('sha256', this.#key);
    // Lengths go before what varies, so that no two seals are of the same bytes.
    for (const part of [open, newId, Buffer.from(`${client.host} ${client.port}`)]) {
      hmac.update(Uint8Array.of(part.length)).update(part);
    }
    return hmac.digest().subarray(0, SEAL_BYTES);
  }
}
