import type { AuthConfig, AuthJwtConfig } from '../config/server-config.js';

/** True when the configuration has something that clients can authenticate with: then they have to. */
export function isAuthOn({ tokens, jwt }: AuthConfig): boolean {
  return tokens.length > 0 || isJwtOn(jwt);
}

export function isJwtOn({ jwksUrl, jwksFile, secret }: AuthJwtConfig): boolean {
  return jwksUrl !== '' || jwksFile !== '' || secret !== '';
}
