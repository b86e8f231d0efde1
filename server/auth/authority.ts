import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Clock, Deadlines, PolywireError } from '@polywire/sdk/core';
import type { AuthConfig } from '../config/server-config.js';
import type { Authenticate, AuthRequest, Identity } from './identity.js';
import { isJwtOn } from './is-auth-on.js';
import { JwtTokens } from './jwt-tokens.js';
import { PermissionSet } from './permission-set.js';
import { StaticTokens } from './static-tokens.js';

/** Who a session's client was found to be. */
export interface Grant {
  readonly clientId: string;
  /** The token says so; the client did not choose it. */
  readonly provesClientId: boolean;
  readonly permissions: PermissionSet;
  /** Unix milliseconds; 0: never. */
  readonly expiresAtMs: number;
}

export interface AuthorityOptions {
  readonly config: AuthConfig;
  /** The user's own, asked about what the configuration does not know. */
  readonly authenticate: Authenticate | undefined;
  readonly clock: Clock;
}

/** Decides who clients are. One a server; there is none when nobody has to authenticate. */
export class Authority {
  readonly clock: Clock;
  readonly expiryGraceMs: number;
  /** Of sessions whose token expires. One timer serves them all. */
  readonly expiries: Deadlines;
  readonly #tokens: StaticTokens;
  readonly #jwts: JwtTokens | undefined;
  readonly #authenticate: Authenticate | undefined;
  readonly #anonymous: readonly string[];
  /** A set for each list of the configuration, which does not change. */
  readonly #sets = new WeakMap<readonly string[], PermissionSet>();

  /** @throws PolywireError CONFIG_INVALID when a file of keys cannot be read */
  constructor({ config, authenticate, clock }: AuthorityOptions) {
    this.clock = clock;
    this.expiryGraceMs = config.expiryGraceMs;
    this.expiries = new Deadlines(clock);
    this.#tokens = new StaticTokens(config.tokens);
    this.#jwts = isJwtOn(config.jwt) ? new JwtTokens({ config: config.jwt, clock }) : undefined;
    this.#authenticate = authenticate;
    this.#anonymous = config.anonymous;
    for (const { permissions } of config.tokens) this.permissions(permissions);
  }

  /** The permissions of a list of the configuration, made once. */
  permissions(list: readonly string[]): PermissionSet {
    const made = this.#sets.get(list) ?? new PermissionSet(list);
    this.#sets.set(list, made);
    return made;
  }

  /** What clients without a token may do; `said` is what their listener says of them, empty: nothing. */
  withoutToken(said: readonly string[]): PermissionSet {
    return this.permissions(said.length > 0 ? said : this.#anonymous);
  }

  /**
   * Finds out who a client is; at once, unless a JWT or the user's own check has to be waited for.
   *
   * @param withoutToken what clients without a token may do, where their listener says it
   * @throws PolywireError, or rejects with it: UNAUTHENTICATED; TOKEN_EXPIRED; PERMISSION_DENIED for
   * a client id that is not this client's; UNAVAILABLE
   */
  identify(request: AuthRequest, withoutToken: readonly string[]): Grant | Promise<Grant> {
    const found = this.#find(request);
    if (!(found instanceof Promise)) return this.#grant(request, found, withoutToken);
    return found.then((identity) => this.#grant(request, identity, withoutToken));
  }

  #find(request: AuthRequest): Identity | undefined | Promise<Identity | undefined> {
    const { token } = request;
    const known = token === '' ? undefined : this.#tokens.find(token);
    if (known !== undefined) return known;
    const jwts = looksLikeJwt(token) ? this.#jwts : undefined;
    const own = this.#authenticate?.(request);
    if (jwts === undefined) return own;
    if (own instanceof Promise) return own.then((identity) => identity ?? jwts.identify(token));
    return own ?? jwts.identify(token);
  }

  #grant(request: AuthRequest, identity: Identity | undefined, withoutToken: readonly string[]): Grant {
    const { clientId, permissions, expiresAtMs = 0 } = identity ?? this.#anonymousIdentity(request, withoutToken);
    if (clientId !== undefined && request.clientId !== '' && request.clientId !== clientId) {
      const whose = clientId === '' ? 'without a token a client has no id' : 'the token is that of another client';
      throw new PolywireError(ErrorCode.PERMISSION_DENIED, `the client id is not permitted: ${whose}`);
    }
    const set = this.#sets.get(permissions) ?? new PermissionSet(permissions);
    const provesClientId = clientId !== undefined;
    return { clientId: clientId ?? request.clientId, provesClientId, permissions: set, expiresAtMs };
  }

  #anonymousIdentity({ token }: AuthRequest, withoutToken: readonly string[]): Identity {
    if (token !== '') throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'the token is not known here');
    const permissions = withoutToken.length > 0 ? withoutToken : this.#anonymous;
    if (permissions.length === 0) {
      throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'this server wants a token; connect with one');
    }
    return { clientId: '', permissions };
  }

  close(): void {
    this.expiries.clear();
  }
}

function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}
