import type { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

/** A text that others must know. Only its hash is kept, and how long a comparison takes says nothing about it. */
export class SecretText {
  readonly #hash: Buffer;

  constructor(text: string) {
    this.#hash = hashOf(text);
  }

  is(text: string): boolean {
    return timingSafeEqual(this.#hash, hashOf(text));
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
