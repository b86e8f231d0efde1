import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import type { RelayDialect } from './relay-dialect.js';

/** What a WebSocket is told by a server that goes away. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** A client of the relay. It only listens: what it sends has no effect and no answer. */
export class RelaySession implements Session, ConnectionHandler {
  readonly dialect = 'relay';
  readonly sessionId = randomUUID();
  readonly clientId = '';
  readonly runningCalls = 0;
  readonly openedAtMs: number;
  readonly #connection: Connection;
  readonly #dialect: RelayDialect;
  #leaving = false;
  #closed = false;
  messagesIn = 0;
  messagesOut = 0;

  constructor(connection: Connection, dialect: RelayDialect) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.openedAtMs = dialect.host.clock.now();
    dialect.host.opened(this);
  }

  get transport(): string {
    return this.#connection.transport;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  /** Sends a text message, unless this client is too far behind. Borrowed. */
  deliver(text: Uint8Array): void {
    const { maxQueuedBytes, slowClient, counters, host } = this.#dialect;
    if (this.#connection.queuedBytes > maxQueuedBytes) {
      if (slowClient === 'skip') counters.skipped++;
      else this.#closeSlow(maxQueuedBytes);
      return;
    }
    this.messagesOut++;
    host.sent(this, text.length);
    this.#connection.sendText(text);
  }

  #closeSlow(maxQueuedBytes: number): void {
    this.#dialect.counters.slowClients++;
    const fault = `more than ${maxQueuedBytes} bytes wait for this client (limits.max_queued_bytes)`;
    this.#dialect.host.failed(this, new PolywireError(ErrorCode.SLOW_CONSUMER, fault));
    this.close(TRY_AGAIN_LATER, 'too far behind; connect again');
  }

  goAway(reason: string): void {
    this.#leaving = true;
    this.close(GOING_AWAY, reason);
  }

  close(closeCode: number, reason: string): void {
    if (this.#closed) return;
    this.#dialect.forget(this);
    this.#connection.close(this.#leaving ? GOING_AWAY : closeCode, reason);
  }

  onText(text: string): void {
    this.#ignore(Buffer.byteLength(text));
  }

  onBytes(bytes: Uint8Array): void {
    this.#ignore(bytes.length);
  }

  #ignore(bytes: number): void {
    this.messagesIn++;
    this.#dialect.host.received(this, bytes, 1);
  }

  /** Nothing is held back: a client that does not read is dealt with when the next message comes. */
  onWritable(): void {}

  onClose(code: number, reason: string): void {
    this.#closed = true;
    this.#dialect.forget(this);
    this.#dialect.host.closed(this, code, reason);
  }
}
