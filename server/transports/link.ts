import type { Deadline } from '@polywire/sdk/core';
import { Backlog } from './backlog.js';
import { clipReason } from './clip-reason.js';
import type { LinkRegistry } from './link-registry.js';
import type { Connection, ConnectionHandler, PeerCertificate } from './listener.js';

/** How long a closing connection may take to send what waits before it is cut off. */
const CLOSE_GRACE_MS = 5000;

const SLOW_CONSUMER = 3042;
const INTERNAL_ERROR = 1011;
/** What a WebSocket reports when its peer went away without a close frame; never sent. */
export const ABNORMAL_CLOSURE = 1006;

/** How this side ended a link. */
interface Closing {
  readonly code: number;
  readonly reason: string;
  /** When what waits has had its time. */
  readonly grace: Deadline | undefined;
  /** The socket was told. */
  isSaid: boolean;
}

/**
 * The part of a connection that is the same on every transport: its states, its limits and the
 * calls into its handler. A link is open, then closing (`close` was called, bytes still wait),
 * then closed.
 *
 * The handler is never called from inside a method of the link: `onClose` and a late `onWritable`
 * run as microtasks. A handler that throws costs its connection, nothing else.
 */
export abstract class Link implements Connection {
  abstract readonly transport: 'ws' | 'tcp' | 'quic';
  abstract readonly queuedBytes: number;
  #handler: ConnectionHandler | undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Undefined: the link was not closed on this side. */
  #closing: Closing | undefined;
  /** Undefined: nothing has ever waited. Most links are idle, so it is not part of each. */
  #backlog: Backlog | undefined;
  /** Neighbours in the list of all links of the registry, which alone sets them. */
  before: Link | undefined;
  after: Link | undefined;

  constructor(
    protected readonly registry: LinkRegistry,
    readonly remoteAddress: string,
  ) {}

  get peerCertificate(): PeerCertificate | undefined {
    return undefined;
  }

  /**
   * Hands the bytes to the socket. Called on an open link only. Must not keep `bytes`.
   * @returns whether the socket took all that was written until now; false also when that is not known
   */
  protected abstract write(bytes: Uint8Array): boolean;
  /** Hands a text message to the socket. Called on an open link only. Must not keep `text`. */
  protected abstract writeText(text: string | Uint8Array): void;
  /** `write` for bytes that never change again, so they need no copy. */
  protected writeKept(bytes: Uint8Array): void {
    this.write(bytes);
  }

  /** Starts to end the link: what waits goes out first. Calls `ended` when it is over. */
  protected abstract beginClose(code: number, reason: string): void;
  /** Ends the link at once and calls `ended`, now or later. */
  protected abstract cut(): void;

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Asks the layer above for a handler. Called once, before anything is received. */
  start(accept: (connection: Connection) => ConnectionHandler): void {
    this.registry.add(this);
    try {
      this.#handler = accept(this);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Most messages leave at once, so how much waits is looked at only after one that did not. */
  send(bytes: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    const backlog = this.#backlog;
    if (backlog !== undefined) {
      if (backlog.lastWaited && !this.closeIfSlow()) return false;
      backlog.sentBytes += bytes.length;
    }
    const isTaken = this.write(bytes);
    return (isTaken && backlog === undefined) || this.#hasRoom();
  }

  sendText(text: string | Uint8Array): boolean {
    if (!this.closeIfSlow()) return false;
    if (this.#backlog !== undefined) this.#backlog.sentBytes += text.length;
    this.writeText(text);
    return this.#hasRoom();
  }

  /**
   * Closes the link when more bytes wait than the limit allows. The limit is checked before a
   * message is added, so one message may overshoot it and a message of any size reaches a peer
   * that reads.
   * @returns whether the link is open
   */
  closeIfSlow(): boolean {
    if (this.#state !== 'open') return false;
    const { queuedBytes } = this;
    if (queuedBytes > this.registry.highWaterBytes) this.#tellSlow(queuedBytes);
    if (queuedBytes <= this.registry.maxQueuedBytes) return true;
    this.close(SLOW_CONSUMER, 'slow consumer');
    return false;
  }

  /** `send` for a message to a group: the bytes never change again, and onWritable is nobody's business. */
  deliver(bytes: Uint8Array): void {
    if (!this.closeIfSlow()) return;
    if (this.#backlog !== undefined) this.#backlog.sentBytes += bytes.length;
    this.writeKept(bytes);
  }

  /** Grows when the peer takes some of what waits for it. */
  protected progressOf(backlog: Backlog): number {
    return backlog.sentBytes - this.queuedBytes;
  }

  /** Closes the link when its peer has taken nothing for too long. */
  look(nowMs: number): void {
    if (this.#state !== 'open') return;
    const { queuedBytes } = this;
    if (queuedBytes === 0) {
      if (this.#backlog !== undefined) {
        this.#backlog.stalledAtMs = 0;
        this.#backlog.isSlow = false;
      }
      return;
    }
    if (queuedBytes > this.registry.highWaterBytes) this.#tellSlow(queuedBytes);
    this.#backlog ??= new Backlog();
    const backlog = this.#backlog;
    const progress = this.progressOf(backlog);
    const hasMoved = backlog.stalledAtMs === 0 || progress > backlog.progress;
    backlog.progress = progress;
    const { stallTimeoutMs } = this.registry;
    if (hasMoved) backlog.stalledAtMs = nowMs;
    else if (stallTimeoutMs > 0 && nowMs - backlog.stalledAtMs >= stallTimeoutMs) {
      this.close(SLOW_CONSUMER, `slow consumer: nothing was taken for ${stallTimeoutMs} ms`);
    }
  }

  #tellSlow(queuedBytes: number): void {
    if (this.#backlog?.isSlow === true || this.#handler?.onHighWater === undefined) return;
    this.#backlog ??= new Backlog();
    this.#backlog.isSlow = true;
    queueMicrotask(() => {
      try {
        this.#handler?.onHighWater?.(queuedBytes);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  #hasRoom(): boolean {
    const { queuedBytes } = this;
    if (queuedBytes > 0) this.#backlog ??= new Backlog();
    if (this.#backlog !== undefined) this.#backlog.lastWaited = queuedBytes > 0;
    if (queuedBytes > this.registry.highWaterBytes) {
      (this.#backlog as Backlog).awaitsWritable = true;
      this.#tellSlow(queuedBytes);
      return false;
    }
    // A send itself can flush everything, and then no event of the socket follows.
    if (this.#backlog?.awaitsWritable === true && queuedBytes === 0) queueMicrotask(() => this.drained());
    return true;
  }

  join(groupId: number): void {
    if (this.#state === 'open' && this.registry.groups.join(groupId, this)) this.joined(groupId);
  }

  leave(groupId: number): void {
    if (this.registry.groups.leave(groupId, this) && this.#state === 'open') this.left(groupId);
  }

  protected joined(_groupId: number): void {}
  protected left(_groupId: number): void {}

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    for (const groupId of this.registry.groups.of(this)) this.leave(groupId);
    this.#state = 'closing';
    this.#closing = {
      code,
      reason,
      grace: this.registry.deadlines.set(CLOSE_GRACE_MS, () => this.cut()),
      isSaid: false,
    };
    this.beginClose(code, clipReason(reason));
  }

  /** What the peer is to be told, once; undefined: nothing, or it was told. */
  protected sayClose(): { code: number; reason: string } | undefined {
    const closing = this.#closing;
    if (closing === undefined || closing.isSaid) return undefined;
    closing.isSaid = true;
    return { code: closing.code, reason: clipReason(closing.reason) };
  }

  terminate(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#closing = { code: ABNORMAL_CLOSURE, reason: 'terminated', grace: undefined, isSaid: true };
    }
    this.cut();
  }

  /** A piece of a stream, or a binary message, arrived. */
  receive(bytes: Uint8Array): void {
    if (this.#state !== 'open' || this.#handler === undefined) return;
    try {
      this.#handler.onBytes(bytes);
    } catch (error) {
      this.fail(error);
    }
  }

  receiveText(text: string): void {
    if (this.#state !== 'open' || this.#handler === undefined) return;
    try {
      this.#handler.onText(text);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @returns whether the handler takes care of it */
  protected receiveEnd(): boolean {
    if (this.#handler?.onEnd === undefined) return false;
    try {
      this.#handler.onEnd();
    } catch (error) {
      this.fail(error);
    }
    return true;
  }

  /** The socket took everything. */
  drained(): void {
    const backlog = this.#backlog;
    if (backlog === undefined) return;
    backlog.drains++;
    if (!backlog.awaitsWritable || this.#state !== 'open' || this.queuedBytes !== 0) return;
    backlog.awaitsWritable = false;
    backlog.isSlow = false;
    try {
      this.#handler?.onWritable();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The socket is gone. What `close` was called with goes before what the socket says. */
  protected ended(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const end = this.#closing ?? { code, reason, grace: undefined, isSaid: true };
    if (end.grace !== undefined) this.registry.deadlines.drop(end.grace);
    queueMicrotask(() => {
      try {
        this.#handler?.onClose(end.code, end.reason);
      } catch (error) {
        this.registry.report(error);
      }
    });
    this.registry.remove(this);
  }

  /** Reports what a handler threw and closes the link. */
  protected fail(error: unknown): void {
    this.registry.report(error);
    this.close(INTERNAL_ERROR, 'internal error');
  }
}
