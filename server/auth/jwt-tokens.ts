import { readFileSync } from 'node:fs';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, PolywireError } from '@polywire/sdk/core';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { AuthJwtConfig } from '../config/server-config.js';
import type { Identity } from './identity.js';
import { IssuerKeys } from './issuer-keys.js';

const MS_PER_SECOND = 1_000;
const MAX_CLIENT_ID_CHARACTERS = 255;

/** Algorithms that are accepted unless the configuration says others. */
export const DEFAULT_ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const DEFAULT_SECRET_ALGORITHMS: readonly string[] = ['HS256'];

export interface JwtTokensOptions {
  readonly config: AuthJwtConfig;
  readonly clock: Clock;
}

/** JSON Web Tokens of one issuer. */
export class JwtTokens {
  readonly #config: AuthJwtConfig;
  readonly #clock: Clock;
  readonly #keyOf: JWTVerifyGetKey;
  readonly #options: JWTVerifyOptions;

  /** @throws PolywireError CONFIG_INVALID when jwks_file cannot be read */
  constructor({ config, clock }: JwtTokensOptions) {
    this.#config = config;
    this.#clock = clock;
    this.#keyOf = keySource(config, clock);
    const normal = config.secret === '' ? DEFAULT_ALGORITHMS : DEFAULT_SECRET_ALGORITHMS;
    this.#options = {
      // Said always: what the token says of itself must not decide how it is checked.
      algorithms: [...(config.algorithms.length === 0 ? normal : config.algorithms)],
      clockTolerance: config.clockSkewMs / MS_PER_SECOND,
      requiredClaims: ['exp', config.clientIdClaim],
      ...(config.issuer === '' ? {} : { issuer: config.issuer }),
      ...(config.audience === '' ? {} : { audience: config.audience }),
    };
  }

  /**
   * @throws PolywireError UNAUTHENTICATED; TOKEN_EXPIRED; UNAVAILABLE when the issuer's keys cannot be had
   */
  async identify(token: string): Promise<Identity> {
    let payload: JWTPayload;
    try {
      const currentDate = new Date(this.#clock.now());
      ({ payload } = await jwtVerify(token, this.#keyOf, { ...this.#options, currentDate }));
    } catch (thrown) {
      throw refusalOf(thrown);
    }
    const clientId = payload[this.#config.clientIdClaim];
    if (typeof clientId !== 'string' || clientId === '' || clientId.length > MAX_CLIENT_ID_CHARACTERS) {
      throw invalid(`its claim ${this.#config.clientIdClaim} is no client id`);
    }
    const expiresAtMs = (payload.exp ?? 0) * MS_PER_SECOND;
    return { clientId, permissions: this.#permissionsOf(payload), expiresAtMs };
  }

  #permissionsOf(payload: JWTPayload): string[] {
    const { permissionsClaim } = this.#config;
    const said = permissionsClaim === '' ? (payload.permissions ?? payload.scope) : payload[permissionsClaim];
    if (typeof said === 'string') return said.split(' ').filter((text) => text !== '');
    return Array.isArray(said) ? said.filter((text) => typeof text === 'string') : [];
  }
}

function keySource(config: AuthJwtConfig, clock: Clock): JWTVerifyGetKey {
  if (config.secret !== '') {
    const key = new TextEncoder().encode(config.secret);
    return () => key;
  }
  if (config.jwksFile !== '') return readKeys(config.jwksFile);
  return new IssuerKeys(config.jwksUrl, clock).find;
}

function readKeys(file: string): JWTVerifyGetKey {
  const refuse = (why: string, cause: unknown): never => {
    throw new PolywireError(ErrorCode.CONFIG_INVALID, `auth.jwt.jwks_file ${file} ${why}`, { cause });
  };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    return refuse(`cannot be read (${(thrown as NodeJS.ErrnoException).code})`, thrown);
  }
  try {
    return createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  } catch (thrown) {
    return refuse('is not a list of keys: {"keys": [...]}', thrown);
  }
}

/** Texts of the library name claims and header fields, and never quote the token. */
function refusalOf(thrown: unknown): PolywireError {
  if (PolywireError.is(thrown)) return thrown;
  if (thrown instanceof errors.JWTExpired) {
    return new PolywireError(ErrorCode.TOKEN_EXPIRED, 'the token has expired; get a new one');
  }
  if (thrown instanceof errors.JWKSNoMatchingKey || thrown instanceof errors.JWKSMultipleMatchingKeys) {
    return invalid('its key is not one of the issuer');
  }
  if (thrown instanceof errors.JWTClaimValidationFailed)
    return invalid(`its claim ${thrown.claim} is not what it must be`);
  if (thrown instanceof errors.JOSEAlgNotAllowed) return invalid('its signature algorithm is not accepted');
  if (thrown instanceof errors.JWSSignatureVerificationFailed) return invalid('its signature does not fit');
  const isToken = thrown instanceof errors.JWSInvalid || thrown instanceof errors.JWTInvalid;
  if (isToken || thrown instanceof errors.JOSENotSupported)
    return invalid('it is not a JSON Web Token that can be checked');
  return new PolywireError(ErrorCode.UNAVAILABLE, 'the keys of the token issuer cannot be had now; try again later', {
    cause: thrown,
  });
}

function invalid(why: string): PolywireError {
  return new PolywireError(ErrorCode.UNAUTHENTICATED, `the token is not valid: ${why}`);
}
