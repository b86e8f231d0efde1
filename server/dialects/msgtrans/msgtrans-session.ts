import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type Deadline, type Packet, PacketDecoder, PolywireError } from '@polywire/sdk/core';
import type { Session } from '../../sessions/session.js';
import { UnfinishedInput } from '../../sessions/unfinished-messages.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import { decodePacket, wrapBytes } from './decode.js';
import type { MsgTransHub } from './msgtrans-hub.js';
import { PacketPeer, type PeerLink } from './packet-peer.js';

const NORMAL_CLOSE_CODE = 1000;
const GOING_AWAY = 1001;
/**
 * Clients up to 1.0.10 listen a moment after they have connected, and lose what came before. One that
 * sends something listens.
 */
const GREET_AFTER_MS = 50;

/** A connection to a listener of the dialect msgtrans. It may be silent for as long as it likes. */
export class MsgTransSession implements Session, ConnectionHandler, PeerLink {
  readonly dialect = 'msgtrans';
  readonly clientId = '';
  readonly openedAtMs: number;
  readonly #connection: Connection;
  readonly #hub: MsgTransHub;
  readonly #peer: PacketPeer;
  /** Cuts the stream of TCP into packets; elsewhere they come one by one. */
  readonly #decoder: PacketDecoder | undefined;
  /** Set once a packet was unfinished. */
  #unfinished: UnfinishedInput | undefined;
  /** Set until the client was greeted. */
  #greeting: Deadline | undefined;
  #leaving: string | undefined;
  #peerEnded = false;
  #isBroken = false;
  #closed = false;
  messagesIn = 0;
  messagesOut = 0;

  constructor(
    connection: Connection,
    hub: MsgTransHub,
    readonly sessionId: string,
  ) {
    this.#connection = connection;
    this.#hub = hub;
    if (connection.transport === 'tcp') this.#decoder = new PacketDecoder(hub.config);
    this.openedAtMs = hub.host.clock.now();
    this.#peer = new PacketPeer(hub, this, this);
    hub.host.opened(this);
    this.#greeting = hub.deadlines.set(GREET_AFTER_MS, () => this.#greet());
  }

  get transport(): string {
    return this.#connection.transport;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get runningCalls(): number {
    return this.#peer.running;
  }

  /** The wire has no word for it: what was asked is answered, then the connection ends. */
  goAway(reason: string): void {
    this.#leaving = reason;
    this.#finishIfIdle();
  }

  send(bytes: Uint8Array, packetCount: number): boolean {
    this.messagesOut += packetCount;
    this.#hub.host.sent(this, bytes.length, packetCount);
    return this.#connection.send(bytes);
  }

  pause(): void {
    this.#connection.pause?.();
  }

  resume(): void {
    this.#connection.resume?.();
  }

  close(closeCode: number = NORMAL_CLOSE_CODE, reason = ''): void {
    if (this.#closed) return;
    this.#peer.flush();
    this.#connection.close(this.#leaving === undefined ? closeCode : GOING_AWAY, reason);
  }

  fail(error: PolywireError): void {
    if (this.#closed || this.#isBroken) return;
    this.#isBroken = true;
    this.#hub.host.failed(this, error);
    this.close(error.closeCode, `${error.codeName}: ${error.message}`);
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#isBroken) return;
    this.#greet();
    const before = this.messagesIn;
    if (this.#decoder === undefined) this.#takeWhole(bytes);
    else this.#takeStream(this.#decoder, bytes);
    this.#hub.host.received(this, bytes.length, this.messagesIn - before);
  }

  onText(text: string): void {
    this.#greet();
    const bytes = Buffer.from(text);
    this.#takeOther(bytes, 'a text message');
    this.#hub.host.received(this, bytes.length, 1);
  }

  /** The peer sends no more but may still read: what it asked for is answered, then the connection closes. */
  onEnd(): void {
    this.#peerEnded = true;
    this.#finishIfIdle();
  }

  onWritable(): void {
    this.#peer.onWritable();
  }

  onIdle(): void {
    this.#hub.host.idle();
    this.#finishIfIdle();
  }

  onClose(code: number, reason: string): void {
    this.#closed = true;
    this.#dropGreeting();
    this.#unfinished?.hold(0);
    this.#peer.end(new PolywireError(ErrorCode.UNAVAILABLE, `the connection ended: ${reason || `code ${code}`}`));
    this.#hub.host.closed(this, code, reason);
  }

  #greet(): void {
    const { handlers, host } = this.#hub;
    if (!this.#dropGreeting() || host.draining) return;
    try {
      handlers.onOpen?.(this.#peer);
    } catch (thrown) {
      this.#hub.noteFailure('the connection', thrown, this);
    }
  }

  /** @returns whether the client was still to be greeted */
  #dropGreeting(): boolean {
    if (this.#greeting === undefined) return false;
    this.#hub.deadlines.drop(this.#greeting);
    this.#greeting = undefined;
    return true;
  }

  #takeStream(decoder: PacketDecoder, bytes: Uint8Array): void {
    try {
      // Views of a plain Uint8Array are made in less time than those of a Buffer.
      decoder.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), this.#onPacket);
    } catch (thrown) {
      this.fail(PolywireError.from(thrown));
    }
    const heldBytes = this.#closed || this.#isBroken ? 0 : decoder.pendingBytes;
    if (heldBytes > 0) this.#unfinished ??= this.#watchUnfinished();
    this.#unfinished?.hold(heldBytes);
  }

  #watchUnfinished(): UnfinishedInput {
    const { host, config } = this.#hub;
    return new UnfinishedInput(host.unfinished, {
      stall: { timeoutMs: config.stallTimeoutMs, key: 'msgtrans.stall_timeout_ms' },
      isHeldBack: () => this.#peer.running > 0,
      fail: (error) => this.fail(error),
    });
  }

  readonly #onPacket = (packet: Packet): void => {
    if (this.#isBroken) return;
    this.messagesIn++;
    this.#peer.take(packet);
  };

  #takeWhole(bytes: Uint8Array): void {
    const packet = decodePacket(bytes);
    if (packet === undefined) {
      this.#takeOther(bytes, `a message of ${bytes.length} bytes`);
    } else {
      this.messagesIn++;
      this.#peer.take(packet);
    }
  }

  /** Takes what is no packet. */
  #takeOther(bytes: Uint8Array, what: string): void {
    this.messagesIn++;
    this.#hub.counts.notPackets++;
    if (this.#hub.config.strict) {
      this.fail(new PolywireError(ErrorCode.MALFORMED_PACKET, `${what} came that is no packet (msgtrans.strict)`));
    } else {
      this.#peer.take(wrapBytes(bytes));
    }
  }

  #finishIfIdle(): void {
    if (this.#peer.running > 0) return;
    if (this.#leaving !== undefined) this.close(GOING_AWAY, this.#leaving);
    else if (this.#peerEnded) this.close(NORMAL_CLOSE_CODE, 'the peer has ended its side');
  }
}
