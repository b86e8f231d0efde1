import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

const MAC_BYTES = 8;

/**
 * Makes and reads the cursors of a listing. A cursor is the last key of a page behind a keyed hash
 * of the key and the request that it belongs to, so that only this server's own cursors, for the
 * same prefix, are taken. Cursors end with the process.
 */
export class Cursors {
  readonly #key = randomBytes(32);

  /** @param scope what the listing is about: space and prefix */
  make(scope: string, lastKey: string): Uint8Array {
    const key = Buffer.from(lastKey);
    return Buffer.concat([this.#mac(scope, key), key]);
  }

  /**
   * The key that the next page begins after; undefined for the first page (an empty cursor).
   * @throws PolywireError INVALID_CURSOR
   */
  read(scope: string, cursor: Uint8Array): string | undefined {
    if (cursor.length === 0) return undefined;
    const key = cursor.subarray(MAC_BYTES);
    const mac = cursor.subarray(0, MAC_BYTES);
    if (mac.length < MAC_BYTES || !timingSafeEqual(mac, this.#mac(scope, key))) {
      throw new PolywireError(ErrorCode.INVALID_CURSOR, 'the cursor does not belong to this listing');
    }
    return Buffer.from(key).toString();
  }

  #mac(scope: string, key: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#key)
      .update(`${scope.length}:${scope}`)
      .update(key)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
