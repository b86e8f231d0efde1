import type { RelayConfig } from './server-config.js';

/** What the older relay took when nobody said another one. */
export const publicToken = 'secret_token_123';

/** The token that clients of the relay must give; empty: there is none, and so no relay. */
export function relayToken({ token, allowDefaultToken }: RelayConfig): string {
  return token === '' && allowDefaultToken ? publicToken : token;
}

/** Whether the relay is served. */
export function isRelayOn(relay: RelayConfig): boolean {
  return relay.redisUrl !== '' && relayToken(relay) !== '';
}
