import type * as Uws from 'uWebSockets.js';
import type { Backlog } from './backlog.js';
import { ABNORMAL_CLOSURE, Link } from './link.js';
import type { Connection, ConnectionHandler } from './listener.js';

export const MESSAGE_TOO_BIG = 1009;
/** The library says 1006 and a text where the protocol has a code. */
const codeOfText: Readonly<Record<string, number>> = {
  'Received too big message': MESSAGE_TOO_BIG,
  'Received invalid UTF-8': 1007,
};

/** What `send` returns when nothing waits any more, be it in the piece that goes out when the callback returns. */
const SENT = 1;

/**
 * The library puts what `upgrade` was given on the native object itself, where reading it is cheaper
 * than a call of getUserData.
 */
export type UwsSocket = Uws.WebSocket<Attached> & Attached;
export interface Attached {
  readonly link: UwsLink;
}

/** A WebSocket of uWebSockets.js. */
export class UwsLink extends Link {
  #socket!: UwsSocket;

  get transport(): 'ws' {
    return 'ws';
  }

  /** Called before anything else of this link is. */
  open(socket: UwsSocket, accept: (connection: Connection) => ConnectionHandler): void {
    this.#socket = socket;
    this.start(accept);
  }

  /** Calls on the native object throw once it is closed, so each is behind a look at the state. */
  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#socket.getBufferedAmount();
  }

  protected write(bytes: Uint8Array): boolean {
    return this.#socket.send(bytes, true, false) === SENT;
  }

  protected writeText(text: string | Uint8Array): void {
    this.#socket.send(text, false, false);
  }

  protected override joined(groupId: number): void {
    this.#socket.subscribe(String(groupId));
  }

  protected override left(groupId: number): void {
    this.#socket.unsubscribe(String(groupId));
  }

  /** `end` gives up the native object, and with it all control, so it has to wait for the last byte. */
  protected beginClose(): void {
    if (this.queuedBytes !== 0) return;
    const said = this.sayClose();
    if (said !== undefined) this.#socket.end(said.code, said.reason);
  }

  protected cut(): void {
    if (!this.isClosed) this.#socket.close();
  }

  /** What is published does not pass this object, so bytes cannot be counted. */
  protected override progressOf(backlog: Backlog): number {
    return backlog.drains;
  }

  onDrain(): void {
    this.beginClose();
    this.drained();
  }

  onClose(code: number, reason: string): void {
    this.ended(code === ABNORMAL_CLOSURE ? (codeOfText[reason] ?? code) : code, reason);
  }
}
