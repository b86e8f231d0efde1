import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Proofs that a session is one's own: 256 bits that only this process can make, another for each
 * connection of a session. They follow from a secret, so a session keeps nothing but the number
 * of its connection.
 */
export class ResumeTokens {
  readonly #key = randomBytes(KEY_BYTES);

  tokenOf(sessionId: string, generation: number): string {
    return createHmac('sha256', this.#key).update(`${sessionId} ${generation}`).digest('base64url');
  }

  /** Takes the same time whatever is wrong with the token. */
  matches(token: string, sessionId: string, generation: number): boolean {
    // Digests of equal length, so that the comparison does not end at the first difference.
    const digest = (text: string): Buffer => createHmac('sha256', this.#key).update(text).digest();
    return timingSafeEqual(digest(token), digest(this.tokenOf(sessionId, generation)));
  }
}
