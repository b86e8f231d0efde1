import type { SessionHost } from '../../sessions/session-host.js';
import type { Connection } from '../../transports/listener.js';
import type { NativeDialect } from './native-dialect.js';

/** Who is at the other end of a connection that speaks the native wire, as handlers and other sessions see it. */
export abstract class NativePeer {
  protected readonly connection: Connection;
  /** What all sessions of the wire share. */
  protected readonly shared: NativeDialect;
  readonly #openedAfterMs: number;
  #sessionId: string;
  #clientId = '';
  #token = '';

  constructor(connection: Connection, shared: NativeDialect, sessionId: string) {
    this.connection = connection;
    this.shared = shared;
    this.#openedAfterMs = shared.host.clock.now() - shared.createdAtMs;
    this.#sessionId = sessionId;
  }

  get dialect(): string {
    return 'native';
  }

  get refusesExcess(): true {
    return true;
  }

  get transport(): string {
    return this.connection.transport;
  }

  get remoteAddress(): string {
    return this.connection.remoteAddress;
  }

  get openedAtMs(): number {
    return this.shared.createdAtMs + this.#openedAfterMs;
  }

  /** Changes once: when this connection goes on with an earlier session. */
  get sessionId(): string {
    return this.#sessionId;
  }

  get clientId(): string {
    return this.#clientId;
  }

  get token(): string {
    return this.#token;
  }

  protected get host(): SessionHost {
    return this.shared.host;
  }

  /** What the client has said of itself in Hello. */
  protected introduce(clientId: string, token: string): void {
    this.#clientId = clientId;
    this.#token = token;
  }

  protected renewToken(token: string): void {
    this.#token = token;
  }

  /** The connection goes on with an earlier session. */
  protected goOnAs(sessionId: string): void {
    this.#sessionId = sessionId;
  }
}
