import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type AuthenticateResponseInit,
  type HelloRequest,
  SessionService,
} from '@polywire/protocol/polywire.session.v1';
import { PolywireError } from '@polywire/sdk/core';
import { certifiedId } from '../../auth/certified-id.js';
import type { PermissionSet } from '../../auth/permission-set.js';
import { SessionAuth } from '../../auth/session-auth.js';
import type { SessionHost } from '../../sessions/session-host.js';
import { SessionRate } from '../../sessions/session-rate.js';
import type { Connection } from '../../transports/listener.js';
import type { NativeDialect } from './native-dialect.js';

const HELLO_METHOD_ID = 1;
const PING_METHOD_ID = 2;

/** Whether the client of a native session is let in, and which of its calls are taken. */
export class Admission {
  /** Hello has succeeded. */
  greeted = false;
  /** Why the client is not let in: once the answer to its Hello is on its way the connection is to close. */
  refused: PolywireError | undefined;
  readonly #connection: Connection | undefined;
  readonly #dialect: NativeDialect;
  readonly #host: SessionHost;
  /** Undefined: the client may ask for as much as it likes. */
  readonly #rate: SessionRate | undefined;
  /** Undefined: nobody has to authenticate. */
  readonly #auth: SessionAuth | undefined;

  /** Of clients that are let in, and of which nothing is watched. */
  static open(dialect: NativeDialect): Admission {
    const admission = new Admission(undefined, dialect, () => {});
    admission.greeted = true;
    return admission;
  }

  /** @param onExpired the client's token has expired for so long that the session has to end */
  constructor(connection: Connection | undefined, dialect: NativeDialect, onExpired: (error: PolywireError) => void) {
    const { authority, withoutToken, rateLimits, host } = dialect;
    this.#connection = connection;
    this.#dialect = dialect;
    this.#host = host;
    if (rateLimits !== undefined) this.#rate = new SessionRate(rateLimits, host.clock.now());
    if (authority !== undefined && connection !== undefined)
      this.#auth = new SessionAuth({ authority, connection, withoutToken, onExpired });
  }

  /** Undefined: nobody has to authenticate, or it is not known yet who the client is. */
  get permissions(): PermissionSet | undefined {
    return this.#auth?.permissions;
  }

  /** The client id is what a token or a certificate says. */
  get provesClientId(): boolean {
    return this.#dialect.certifiesIds || (this.#auth?.provesClientId ?? false);
  }

  /** Unix milliseconds when the client's token ends; 0: never. */
  get tokenExpiresAtMs(): number {
    return this.#auth?.expiresAtMs ?? 0;
  }

  /**
   * The client id of a client that says Hello; at once, unless its token takes time to check.
   * @throws PolywireError, or rejects with it: FAILED_PRECONDITION when Hello was said before; what
   * SessionAuth.begin and certifiedId throw, which is then in `refused`. A refused client has had its try.
   */
  identify(request: HelloRequest): string | Promise<string> {
    if (this.refused !== undefined) throw this.refused;
    if (this.greeted || this.#auth?.pending === true) {
      throw new PolywireError(ErrorCode.FAILED_PRECONDITION, 'this session has said Hello already');
    }
    const refuse = (thrown: unknown): never => {
      this.refused = PolywireError.from(thrown);
      throw thrown;
    };
    try {
      const { certifiesIds } = this.#dialect;
      const { token, clientId } = request;
      const certified = certifiesIds ? certifiedId(this.#connection?.peerCertificate, clientId) : undefined;
      if (this.#auth === undefined) return certified ?? clientId;
      // Without a token only the certificate says who it is.
      const wanted = certified !== undefined && token === '' ? '' : (certified ?? clientId);
      const grant = this.#auth.begin(token, wanted);
      if (grant instanceof Promise) return grant.then((granted) => certified ?? granted.clientId).catch(refuse);
      return certified ?? grant.clientId;
    } catch (thrown) {
      return refuse(thrown);
    }
  }

  /**
   * Takes a newer token of the client.
   * @throws PolywireError, or rejects with it, as SessionAuth.renew does
   */
  renew(token: string, clientId: string): AuthenticateResponseInit | Promise<AuthenticateResponseInit> {
    const grant = this.#auth?.renew(token, clientId);
    if (grant === undefined) return { tokenExpiresAtMs: 0 };
    if (grant instanceof Promise) return grant.then(({ expiresAtMs }) => ({ tokenExpiresAtMs: expiresAtMs }));
    return { tokenExpiresAtMs: grant.expiresAtMs };
  }

  /** @throws PolywireError RATE_LIMITED when so many bytes came that the connection has to close */
  received(byteCount: number): void {
    this.#rate?.received(byteCount, this.#host.clock.now());
  }

  /** @throws PolywireError when a call is not taken */
  admit(serviceId: number, methodId: number): void {
    if (!this.greeted || this.#rate !== undefined || this.#host.draining) this.#decide(serviceId, methodId);
  }

  /** Apart from the question whether there is anything to decide: that is asked for every call. */
  #decide(serviceId: number, methodId: number): void {
    const host = this.#host;
    const isSession = serviceId === SessionService.serviceId;
    const isHello = isSession && methodId === HELLO_METHOD_ID;
    if (!this.greeted && !isHello) throw this.refused ?? this.#helloRequired();
    // A refused Hello would be the end of the session, a refused Ping would look like it.
    const isExempt = isHello || (isSession && methodId === PING_METHOD_ID);
    if (this.#rate !== undefined && !isExempt) this.#rate.admitCall(host.clock.now());
    if (host.draining && !isSession) {
      throw new PolywireError(ErrorCode.DRAINING, 'the server is stopping and takes no new calls');
    }
  }

  /** Whether packets are taken that are no calls: those of a MsgTrans client, which says no Hello. */
  admitsOpaque(): boolean {
    if (this.refused !== undefined) return false;
    if (this.greeted || this.#dialect.takesOpaque) {
      // They cannot be refused one by one.
      this.refused = this.#rate?.excessOfMessages(1, this.#host.clock.now());
      return this.refused === undefined;
    }
    this.refused = new PolywireError(ErrorCode.UNAUTHENTICATED, 'this server wants a token; say Hello with one');
    return false;
  }

  /** It says the same of every session from now on: the client is let in, and nothing of it is watched. */
  get isOpenToAll(): boolean {
    return this.greeted && this.#rate === undefined && this.#auth === undefined;
  }

  /** The connection has ended. */
  close(): void {
    this.#auth?.close();
  }

  #helloRequired(): PolywireError {
    const text = this.#auth?.pending
      ? 'the token of Hello is being checked; wait for the reply to Hello'
      : 'the first call of a session must be SessionService.Hello';
    return new PolywireError(ErrorCode.HELLO_REQUIRED, text);
  }
}
