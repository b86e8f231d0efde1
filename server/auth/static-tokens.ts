import { createHash } from 'node:crypto';
import type { AuthTokenConfig } from '../config/server-config.js';
import type { Identity } from './identity.js';

/**
 * The tokens of the configuration. They are found by their SHA-256: how long the search takes says
 * something about the hash of what was given, which says nothing about the tokens.
 */
export class StaticTokens {
  readonly #identities = new Map<string, Identity>();

  constructor(tokens: readonly AuthTokenConfig[]) {
    for (const { token, tokenSha256, clientId, permissions } of tokens) {
      const hash = tokenSha256 === '' ? sha256Of(token) : tokenSha256.toLowerCase();
      this.#identities.set(hash, { clientId: clientId === '' ? undefined : clientId, permissions });
    }
  }

  find(token: string): Identity | undefined {
    return this.#identities.get(sha256Of(token));
  }
}

/** SHA-256 of a token as the configuration has it. */
export function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
