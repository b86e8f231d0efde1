import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { ByteWriter } from '@polywire/protocol/wire';
import { type Deadline, PolywireError } from '@polywire/sdk/core';
import type { PermissionSet } from '../../auth/permission-set.js';
import type { Session } from '../../sessions/session.js';
import { SessionRate } from '../../sessions/session-rate.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { CommandRunner } from './command-runner.js';
import { FrameDecoder } from './frame-decoder.js';
import type { KvDialect } from './kv-dialect.js';
import type { PushTarget } from './topic-pushes.js';

const NORMAL_CLOSE_CODE = 1000;
/** Replies of one batch leave together, in pieces of about this size. */
const SEND_BYTES = 65_536;

/** What a session waits for: bytes of the next request, calls that run, or a peer that reads. */
type Waiting = 'bytes' | 'calls' | 'room';

/**
 * A connection that speaks the wire of the older KV server. While requests wait, for calls that run
 * or for a peer that does not read its replies, nothing more is read from it.
 */
export class KvSession implements Session, ConnectionHandler, PushTarget {
  readonly dialect = 'kv';
  readonly clientId = '';
  readonly openedAtMs: number;
  readonly permissions: PermissionSet | undefined;
  readonly #connection: Connection;
  readonly #shared: KvDialect;
  readonly #decoder: FrameDecoder;
  readonly #runner: CommandRunner;
  /** Where replies go while requests are handled. */
  #writer: ByteWriter | undefined;
  #waiting: Waiting = 'bytes';
  #writable = true;
  #paused = false;
  #pumpPlanned = false;
  #peerEnded = false;
  /** Why the stream cannot be read on. */
  #broken: PolywireError | undefined;
  #closing = false;
  #stallDeadline: Deadline | undefined;
  #hadBadRequest = false;
  /** Undefined: it may ask for as much as it likes. */
  readonly #rate: SessionRate | undefined;
  readonly refusesExcess = true;
  /** Requests that the host was told of. */
  #reported = 0;
  messagesIn = 0;
  messagesOut = 0;

  constructor(
    connection: Connection,
    shared: KvDialect,
    readonly sessionId: string,
  ) {
    const { host, budget, options } = shared;
    this.#connection = connection;
    this.#shared = shared;
    this.#decoder = new FrameDecoder({ maxFrameBytes: options.config.maxFrameBytes, budget });
    this.#runner = new CommandRunner(shared, this);
    this.openedAtMs = host.clock.now();
    if (options.rateLimits !== undefined) this.#rate = new SessionRate(options.rateLimits, this.openedAtMs);
    this.permissions = options.permissions;
    host.opened(this);
  }

  get transport(): string {
    return this.#connection.transport;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get runningCalls(): number {
    return this.#runner.running + (this.#waiting === 'bytes' ? 0 : 1);
  }

  /** The wire has no word for it: clients see the connection end. */
  goAway(): void {}

  close(closeCode: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#connection.close(closeCode, reason);
  }

  fail(error: PolywireError): void {
    if (this.#closing) return;
    this.#shared.host.failed(this, error);
    this.close(error.closeCode, `${error.codeName}: ${error.message}`);
  }

  push(frame: Uint8Array): void {
    if (this.#closing) return;
    this.countReply(frame.length);
    if (this.#writer !== undefined) this.#writer.raw(frame);
    else this.#connection.send(frame);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#broken !== undefined) return;
    try {
      this.#rate?.received(bytes.length, this.#shared.host.clock.now());
    } catch (thrown) {
      this.fail(PolywireError.from(thrown));
      return;
    }
    this.#decoder.push(bytes);
    this.#pump();
    // With those that had to wait since the last bytes.
    this.#shared.host.received(this, bytes.length, this.messagesIn - this.#reported);
    this.#reported = this.messagesIn;
  }

  /** For the runner: a request is about to be executed. @throws PolywireError RATE_LIMITED when it is one too many */
  admit(): void {
    this.#rate?.admitCall(this.#shared.host.clock.now());
  }

  onText(): void {
    this.fail(new PolywireError(ErrorCode.MALFORMED_PACKET, 'a text message came; this wire has bytes only'));
  }

  /** The peer sends no more but may still read: what it asked for is answered, then the connection closes. */
  onEnd(): void {
    this.#peerEnded = true;
    this.#pump();
  }

  onWritable(): void {
    this.#writable = true;
    this.#pump();
  }

  onClose(code: number, reason: string): void {
    this.#closing = true;
    this.#dropDeadline();
    this.#decoder.release();
    this.#runner.close(new PolywireError(ErrorCode.UNAVAILABLE, `the connection ended: ${reason || `code ${code}`}`));
    this.#shared.host.closed(this, code, reason);
  }

  /** For the runner: a call has ended. Many end in one turn, so that their replies leave together. */
  planPump(): void {
    if (this.#pumpPlanned || this.#closing) return;
    this.#pumpPlanned = true;
    queueMicrotask(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  /** For the runner: a reply was written. */
  countReply(byteCount: number): void {
    this.messagesOut++;
    this.#shared.host.sent(this, byteCount);
  }

  /** For the runner. A peer may send any number of bad requests: the first is worth a line in the log. */
  noteBadRequest(error: PolywireError): void {
    if (this.#hadBadRequest) this.#shared.host.counters.errors++;
    else this.#shared.host.failed(this, error);
    this.#hadBadRequest = true;
  }

  /** Does everything that can be done now. */
  #pump(): void {
    if (this.#closing) return;
    const wasRunning = this.runningCalls > 0;
    const writer = this.#shared.takeWriter();
    this.#writer = writer;
    try {
      while (this.#step(writer)) if (writer.pos >= SEND_BYTES) this.#send(writer);
      this.#decoder.settle();
    } catch (thrown) {
      this.#broken = PolywireError.from(thrown);
      this.#waiting = 'bytes';
      this.#decoder.release();
    }
    this.#send(writer);
    this.#writer = undefined;
    this.#shared.giveWriter(writer);
    this.#afterPump();
    if (wasRunning && this.runningCalls === 0) this.#shared.host.idle();
  }

  /**
   * Writes a reply that is due, or handles a request. False: it has to wait.
   * @throws PolywireError when the stream cannot be read on
   */
  #step(writer: ByteWriter): boolean {
    if (!this.#writable) return this.#wait('room');
    const frame = this.#runner.takeReply();
    if (frame !== undefined) {
      writer.raw(frame);
      this.countReply(frame.length);
      return true;
    }
    if (this.#broken !== undefined || !this.#decoder.peek()) return this.#wait('bytes');
    if (this.#runner.isFull || !this.#runner.handle(this.#decoder, writer)) return this.#wait('calls');
    this.messagesIn++;
    return true;
  }

  #wait(waiting: Waiting): false {
    this.#waiting = waiting;
    return false;
  }

  #send(writer: ByteWriter): void {
    if (writer.pos > 0) this.#writable = this.#connection.send(writer.view());
    if (!this.#writable) this.#waiting = 'room';
    writer.reset();
  }

  #afterPump(): void {
    const isStuck = this.#waiting !== 'bytes';
    if (isStuck !== this.#paused) {
      this.#paused = isStuck;
      if (isStuck) this.#connection.pause?.();
      else this.#connection.resume?.();
    }
    this.#dropDeadline();
    if (this.#waiting === 'room') {
      this.#setDeadline(ErrorCode.SLOW_CONSUMER, 'replies were not read');
    } else if (!isStuck && this.#runner.running === 0) {
      if (this.#broken !== undefined) this.fail(this.#broken);
      else if (this.#peerEnded) this.#finish();
      else if (this.#decoder.keptBytes > 0)
        this.#setDeadline(ErrorCode.DEADLINE_EXCEEDED, 'a request stood unfinished');
    }
  }

  #finish(): void {
    const rest = this.#decoder.keptBytes;
    if (rest === 0) this.close(NORMAL_CLOSE_CODE, 'the peer has ended its side');
    else this.fail(new PolywireError(ErrorCode.MALFORMED_PACKET, `end of stream inside a frame (${rest} bytes of it)`));
  }

  #setDeadline(code: ErrorCode, what: string): void {
    const { deadlines, options } = this.#shared;
    const { stallTimeoutMs } = options.config;
    this.#stallDeadline = deadlines.set(stallTimeoutMs, () =>
      this.fail(new PolywireError(code, `${what} for ${stallTimeoutMs} ms (kv_wire.stall_timeout_ms)`)),
    );
  }

  #dropDeadline(): void {
    if (this.#stallDeadline === undefined) return;
    this.#shared.deadlines.drop(this.#stallDeadline);
    this.#stallDeadline = undefined;
  }
}
