import { Buffer } from 'node:buffer';
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const algorithms: { readonly [keyBytes: number]: CipherGCMTypes } = {
  16: 'aes-128-gcm',
  24: 'aes-192-gcm',
  32: 'aes-256-gcm',
};

/** AES in GCM mode under one key. What travels is a random nonce, the cipher text and the tag. */
export class AesGcm {
  readonly #key: Buffer;
  readonly #algorithm: CipherGCMTypes;

  /**
   * @param hexKey 16, 24 or 32 bytes as hexadecimal digits
   * @throws PolywireError CONFIG_INVALID
   */
  constructor(hexKey: string) {
    this.#key = Buffer.from(hexKey, 'hex');
    const algorithm = this.#key.length * 2 === hexKey.length ? algorithms[this.#key.length] : undefined;
    if (algorithm === undefined) {
      throw new PolywireError(
        ErrorCode.CONFIG_INVALID,
        'a BanIO AES key must be 32, 48 or 64 hexadecimal digits (banio.aes_key)',
      );
    }
    this.#algorithm = algorithm;
  }

  /** @param nonce 12 bytes, never the same twice under one key */
  seal(plain: Uint8Array, nonce: Uint8Array = randomBytes(NONCE_BYTES)): Buffer {
    const cipher = createCipheriv(this.#algorithm, this.#key, nonce, { authTagLength: TAG_BYTES });
    const body = cipher.update(plain);
    return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
  }

  /** The plain bytes; undefined when they were not sealed with this key, or were changed. */
  open(sealed: Uint8Array): Buffer | undefined {
    const tagAt = sealed.length - TAG_BYTES;
    if (tagAt < NONCE_BYTES) return undefined;
    const decipher = createDecipheriv(this.#algorithm, this.#key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(sealed.subarray(tagAt));
    const plain = decipher.update(sealed.subarray(NONCE_BYTES, tagAt));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }
}
