import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Deadline, PolywireError } from '@polywire/sdk/core';
import type { Connection } from '../transports/listener.js';
import type { Authority, Grant } from './authority.js';
import type { AuthRequest } from './identity.js';
import type { PermissionSet } from './permission-set.js';

const SWEEP_MS = 1_000;

export interface SessionAuthOptions {
  readonly authority: Authority;
  readonly connection: Connection;
  /** What clients without a token may do on the listener of the session. */
  readonly withoutToken: readonly string[];
  /** The token has expired, and so has the grace after it. */
  onExpired(error: PolywireError): void;
}

/** Who the client of one session is, from its first token to its last. */
export class SessionAuth {
  readonly #options: SessionAuthOptions;
  #grant: Grant | undefined;
  #pending = false;
  #closed = false;
  #expiry: Deadline | undefined;

  constructor(options: SessionAuthOptions) {
    this.#options = options;
  }

  /** True while it is being found out who the client is. */
  get pending(): boolean {
    return this.#pending;
  }

  /** Undefined until the client is known. */
  get permissions(): PermissionSet | undefined {
    return this.#grant?.permissions;
  }

  get provesClientId(): boolean {
    return this.#grant?.provesClientId ?? false;
  }

  /** Unix milliseconds when the token ends; 0: never. */
  get expiresAtMs(): number {
    return this.#grant?.expiresAtMs ?? 0;
  }

  /**
   * Finds out who the client is, when it says Hello.
   * @throws PolywireError, or rejects with it, as Authority.identify does
   */
  begin(token: string, clientId: string): Grant | Promise<Grant> {
    return this.#identify(token, clientId, (grant) => this.#take(grant));
  }

  /**
   * Takes a newer token of the client `clientId`. What the session may do is what this token says,
   * from the next call on.
   * @throws PolywireError, or rejects with it: as `begin`, and PERMISSION_DENIED when it is that of
   * another client. The session then goes on as it was.
   */
  renew(token: string, clientId: string): Grant | Promise<Grant> {
    if (token === '') throw new PolywireError(ErrorCode.UNAUTHENTICATED, 'Authenticate wants a token');
    return this.#identify(token, clientId, (grant) => {
      if (grant.clientId !== clientId) {
        throw new PolywireError(
          ErrorCode.PERMISSION_DENIED,
          'the token is that of another client; connect anew with it',
        );
      }
      return this.#take(grant);
    });
  }

  close(): void {
    this.#closed = true;
    this.#dropExpiry();
  }

  #identify(token: string, clientId: string, take: (grant: Grant) => Grant): Grant | Promise<Grant> {
    if (this.#pending) {
      throw new PolywireError(ErrorCode.FAILED_PRECONDITION, 'a token of this session is being checked; wait for it');
    }
    const { authority, connection, withoutToken } = this.#options;
    const { transport, remoteAddress, peerCertificate } = connection;
    const request: AuthRequest = { token, clientId, transport, remoteAddress, peerCertificate };
    const found = authority.identify(request, withoutToken);
    if (!(found instanceof Promise)) return take(found);
    this.#pending = true;
    return found.then(take).finally(() => {
      this.#pending = false;
    });
  }

  #take(grant: Grant): Grant {
    if (this.#closed) throw new PolywireError(ErrorCode.UNAVAILABLE, 'the connection has ended');
    this.#grant = grant;
    this.#dropExpiry();
    if (grant.expiresAtMs > 0) this.#expiry = this.#setExpiry(grant.expiresAtMs);
    return grant;
  }

  #setExpiry(expiresAtMs: number): Deadline {
    const { authority, onExpired } = this.#options;
    const endMs = expiresAtMs + authority.expiryGraceMs;
    // Ends of whole seconds come together: a sweep a second is enough for any number of sessions.
    const sweepAtMs = Math.ceil(endMs / SWEEP_MS) * SWEEP_MS;
    return authority.expiries.set(sweepAtMs - authority.clock.now(), () => {
      this.#expiry = undefined;
      const text = `the token expired ${authority.expiryGraceMs} ms ago and no newer one came`;
      onExpired(new PolywireError(ErrorCode.TOKEN_EXPIRED, text));
    });
  }

  #dropExpiry(): void {
    if (this.#expiry !== undefined) this.#options.authority.expiries.drop(this.#expiry);
    this.#expiry = undefined;
  }
}
