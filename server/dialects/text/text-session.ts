import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { PermissionSet } from '../../auth/permission-set.js';
import { DialectContext } from '../../sessions/dialect-context.js';
import type { Session } from '../../sessions/session.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { decodeCommand } from './decode.js';
import { type Reply, ReplyLane } from './reply-lane.js';
import type { TextDialect } from './text-dialect.js';

/** What a WebSocket is told by a server that goes away. */
const GOING_AWAY = 1001;

export interface TextIdentity {
  readonly sessionId: string;
  /** Station id of the path; empty when there is none. */
  readonly clientId: string;
  /** See Session.dataOwner. */
  readonly dataOwner: string;
  /** See Session.permissions. */
  readonly permissions: PermissionSet | undefined;
}

/** A connection that speaks STORE and READ. */
export class TextSession implements Session, ConnectionHandler {
  readonly dialect = 'text';
  readonly sessionId: string;
  readonly clientId: string;
  readonly dataOwner: string;
  readonly permissions: PermissionSet | undefined;
  readonly openedAtMs: number;
  readonly #connection: Connection;
  readonly #dialect: TextDialect;
  readonly #host: SessionHost;
  readonly #context: DialectContext;
  readonly #lane: ReplyLane;
  #leaving: string | undefined;
  #closed = false;
  messagesIn = 0;
  messagesOut = 0;

  constructor(connection: Connection, dialect: TextDialect, identity: TextIdentity) {
    const { host } = dialect;
    this.#connection = connection;
    this.#dialect = dialect;
    this.#host = host;
    this.sessionId = identity.sessionId;
    this.clientId = identity.clientId;
    this.dataOwner = identity.dataOwner;
    this.permissions = identity.permissions;
    this.openedAtMs = host.clock.now();
    this.#context = new DialectContext(this);
    this.#lane = new ReplyLane({
      send: (reply) => this.#send(reply),
      onFailure: (thrown) => this.#closeWith(PolywireError.from(thrown)),
      onIdle: () => {
        host.idle();
        if (this.#leaving !== undefined) this.close(GOING_AWAY, this.#leaving);
      },
    });
    host.opened(this);
  }

  get transport(): string {
    return this.#connection.transport;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get runningCalls(): number {
    return this.#lane.length;
  }

  /** The wire has no word for it: what was asked is answered, nothing more is taken, and the connection ends. */
  goAway(reason: string): void {
    if (this.#closed) return;
    this.#leaving = reason;
    if (this.#lane.length === 0) this.close(GOING_AWAY, reason);
  }

  close(closeCode: number, reason: string): void {
    if (this.#closed) return;
    this.#connection.close(this.#leaving === undefined ? closeCode : GOING_AWAY, reason);
  }

  onText(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (!this.#take(bytes)) return;
    const command = decodeCommand(text);
    const { calls, overlaps } = this.#dialect;
    this.#lane.add(() => calls.run(command, this.#context), bytes, command.type === 'read' || !overlaps);
    this.#checkRoom();
  }

  /** A binary message comes back as it is; an empty one is how clients look whether the connection stands. */
  onBytes(bytes: Uint8Array): void {
    if (!this.#take(bytes.length)) return;
    const kept = this.#lane.length === 0 ? bytes : bytes.slice();
    this.#lane.add(() => kept, bytes.length, false);
    this.#checkRoom();
  }

  /** Nothing is held back: a client that does not read is closed at the limit of its connection. */
  onWritable(): void {}

  onClose(code: number, reason: string): void {
    this.#closed = true;
    this.#lane.end();
    this.#context.end(new PolywireError(ErrorCode.UNAVAILABLE, `the connection ended: ${reason || `code ${code}`}`));
    this.#host.closed(this, code, reason);
  }

  #take(bytes: number): boolean {
    this.messagesIn++;
    return this.#host.received(this, bytes, 1) && this.#leaving === undefined;
  }

  #checkRoom(): void {
    const { maxWaitingBytes } = this.#dialect;
    if (this.#lane.waitingBytes <= maxWaitingBytes) return;
    this.#lane.end();
    this.#closeWith(
      new PolywireError(
        ErrorCode.RESOURCE_EXHAUSTED,
        `commands of ${maxWaitingBytes} bytes wait for the store already (limits.max_queued_bytes); wait for replies`,
      ),
    );
  }

  #send(reply: Reply): void {
    if (this.#closed) return;
    this.messagesOut++;
    if (typeof reply === 'string') {
      const bytes = Buffer.from(reply);
      this.#host.sent(this, bytes.length);
      this.#connection.sendText(bytes);
    } else {
      this.#host.sent(this, reply.length);
      this.#connection.send(reply);
    }
  }

  #closeWith(error: PolywireError): void {
    if (this.#closed) return;
    this.#host.failed(this, error);
    this.close(error.closeCode, `${error.codeName}: ${error.message}`);
  }
}
