import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../error.js';
import { DatagramBuffer } from './datagram-buffer.js';
import { OneStream } from './one-stream.js';
import { type PacketMapping, type PacketReceiver, streamFailure } from './packet-mapping.js';
import { PacketQueue } from './packet-queue.js';
import { type QuicEnd, readQuicEnd } from './quic-end.js';
import type { QuicAddress, QuicheConnection, QuicPath } from './quiche.js';
import { splitPackets } from './split-packets.js';
import { StreamPerPacket } from './stream-per-packet.js';

export interface QuicConnectionOptions {
  /** What this side opens. A server opens nothing: it follows the client's first stream. */
  readonly opens: 'one-stream' | 'stream-per-packet' | 'nothing';
  /** Longest packet to accept. */
  readonly maxPacketBytes: number;
}

/** What a connection tells the one who owns its socket. */
export interface QuicHandler {
  /** The handshake is done. */
  onEstablished(): void;
  /** One whole packet. Borrowed until it returns. */
  onPacket(packet: Uint8Array): void;
  /** The peer sends no more, but may still read. */
  onEnd(): void;
  /** The peer broke a rule, or a stream of its own: `close` the connection. */
  onFault(error: PolywireError): void;
  /** It is over; called once, from `flush`. Its last datagrams were handed out. */
  onClosed(end: QuicEnd): void;
}

/**
 * Datagrams that leave in one `flush`. It leaves the thread to what comes in between, and keeps a
 * burst within what sockets buffer.
 */
const MAX_BURST_DATAGRAMS = 32;
// Retransmission timers are far shorter while a peer answers, and the idle timeout is longer.
const LONGEST_RETRANSMISSION_MS = 5_000;
const utf8 = new TextEncoder();
const datagrams = new DatagramBuffer();

/**
 * One QUIC connection as a carrier of packets. It does no I/O: datagrams and the passing of time
 * come in, packets and datagrams go out.
 *
 * Its owner calls `receive` for a datagram, `read` to be handed packets, and `flush` afterwards and
 * after `send`, `close`, `abort` and `onTimeout`; then it sets its timer by `timeoutMs`.
 */
export class QuicConnection implements PacketReceiver {
  readonly #connection: QuicheConnection;
  readonly #options: QuicConnectionOptions;
  readonly #handler: QuicHandler;
  readonly #queue = new PacketQueue();
  #mapping: PacketMapping | undefined;
  #established = false;
  #ending: { readonly code: number; readonly reason: Uint8Array } | undefined;
  #peerEnded = false;
  /** A server that has ended its stream closes, with a code that would be lost if its client were faster. */
  #awaitsPeer = false;
  #broken = false;
  /** Wanted: it is to be closed without waiting for anything. Told: quiche knows. */
  #closing: 'wanted' | 'told' | undefined;
  /** A client that closes before its last words of the handshake would say nothing at all. */
  #handshakeSent = false;
  #over = false;

  constructor(connection: QuicheConnection, options: QuicConnectionOptions, handler: QuicHandler) {
    this.#connection = connection;
    this.#options = options;
    this.#handler = handler;
    if (options.opens === 'one-stream') {
      this.#mapping = new OneStream(connection, this, options.maxPacketBytes, false);
    } else if (options.opens === 'stream-per-packet') {
      this.#mapping = new StreamPerPacket(connection, this, options.maxPacketBytes, false);
    }
  }

  /** Bytes that were sent but are not in quiche yet: what the peer's windows and the path do not take. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get established(): boolean {
    return this.#established;
  }

  /** `onClosed` was called; late datagrams may still come. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Milliseconds until `onTimeout` is due; undefined: never. */
  get timeoutMs(): number | undefined {
    return this.#connection.timeout() ?? undefined;
  }

  /** Nothing more happens, not even for late datagrams: it may be forgotten. */
  get isGone(): boolean {
    return this.#connection.isClosed();
  }

  /** DER of the peer's certificate, once established; undefined: it showed none. */
  get peerCertificate(): Uint8Array | undefined {
    return this.#connection.peerCertChain()?.[0];
  }

  /** Takes a datagram, which is used up. */
  receive(datagram: Uint8Array, path: QuicPath): void {
    try {
      this.#connection.recv(datagram, path);
    } catch {
      // quiche closes the connection where it has to, which `flush` sees. Anything else is a
      // datagram that says nothing to this connection, as anybody may send one.
    }
    if (this.#established || this.#over || !this.#connection.isEstablished()) return;
    this.#established = true;
    this.#handler.onEstablished();
  }

  /** Hands over the packets that have arrived. */
  read(): void {
    if (!this.#established || this.#broken || this.deaf) return;
    try {
      this.#mapping ??= this.#detect();
      this.#mapping?.read();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Packets are not wanted any more. */
  get deaf(): boolean {
    return this.#over || this.#ending !== undefined;
  }

  onPacket(packet: Uint8Array): void {
    if (!this.deaf) this.#handler.onPacket(packet);
  }

  onEnd(): void {
    this.#peerEnded = true;
    if (!this.deaf) this.#handler.onEnd();
  }

  /** Adds a packet, or a run of whole packets, to what waits; it is copied. Nothing is sent after `close`. */
  send(bytes: Uint8Array): void {
    if (!this.deaf) splitPackets(bytes, this.#push);
  }

  readonly #push = (packet: Uint8Array): void => this.#queue.push(packet);

  /**
   * Delivers what waits, then closes. A peer that does not take it, or a server that has ended its
   * stream and does not close, has to be cut off by `abort`. To a client that has opened no stream yet
   * nothing can be delivered.
   */
  close(code: number, reason: string): void {
    if (this.deaf) return;
    this.#ending = { code, reason: utf8.encode(reason) };
    this.#awaitsPeer = this.#peerEnded && this.#options.opens !== 'nothing';
    if (this.#mapping === undefined || this.#broken || !this.#established) this.#closeNow();
  }

  /** Closes at once; what waits is lost. After `close`, its code is the one that the peer is told. */
  abort(code: number, reason: string): void {
    if (this.#over) return;
    this.#ending ??= { code, reason: utf8.encode(reason) };
    this.#closeNow();
  }

  #closeNow(): void {
    this.#queue.clear();
    this.#broken = true;
    this.#closing ??= 'wanted';
  }

  /** @returns whether there is a close to send now */
  #tellClose(): boolean {
    if (this.#closing !== 'wanted' || this.#ending === undefined) return false;
    this.#closing = 'told';
    this.#connection.close(true, this.#ending.code, this.#ending.reason);
    return true;
  }

  /** Keeps a connection alive on which nothing is said. */
  ping(): void {
    if (!this.#over) this.#connection.sendAckEliciting();
  }

  /** `timeoutMs` have passed. */
  onTimeout(): void {
    this.#connection.onTimeout();
  }

  /**
   * Hands out the datagrams to send; each belongs to `emit`.
   * @returns true when there are more: flush again, after what has come in meanwhile was received
   */
  flush(emit: (datagram: Uint8Array, to: QuicAddress) => void): boolean {
    if (!this.#broken && !this.#over) this.#write();
    if (this.#handshakeSent || !this.#established) this.#tellClose();
    let more = this.#emitBurst(emit);
    this.#handshakeSent = this.#established;
    if (!more && this.#isDelivered) this.#closeNow();
    if (this.#tellClose()) more = this.#emitBurst(emit);
    const ended = this.#closing === 'told' || this.#connection.isDraining() || this.#connection.isClosed();
    if (!this.#over && ended) {
      this.#over = true;
      this.#queue.clear();
      this.#handler.onClosed(readQuicEnd(this.#connection));
    }
    return more;
  }

  /** @returns true when there may be more */
  #emitBurst(emit: (datagram: Uint8Array, to: QuicAddress) => void): boolean {
    for (let left = MAX_BURST_DATAGRAMS; left > 0; left--) {
      const sent = this.#sendInto(datagrams.room());
      if (sent === null) return false;
      emit(datagrams.take(sent[0]), sent[1].to);
    }
    return true;
  }

  #sendInto(out: Uint8Array): ReturnType<QuicheConnection['send']> {
    try {
      return this.#connection.send(out);
    } catch {
      // A handshake that cannot be begun; the connection is closed then, or will time out.
      return null;
    }
  }

  #write(): void {
    const mapping = this.#mapping;
    if (!this.#established || mapping === undefined) return;
    try {
      mapping.write(this.#queue, this.#ending !== undefined);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /**
   * After `close`: the peer has everything. quiche does not tell what is unacknowledged, but only
   * then it has a timer for retransmission; what it took for lost is sent again before this is asked.
   */
  get #isDelivered(): boolean {
    if (this.#broken || this.#over || this.#awaitsPeer || this.#mapping?.finished !== true) return false;
    return (this.timeoutMs ?? Number.POSITIVE_INFINITY) > LONGEST_RETRANSMISSION_MS;
  }

  #fail(thrown: unknown): void {
    this.#broken = true;
    if (this.#ending === undefined) this.#handler.onFault(streamFailure(thrown));
    else this.#closeNow();
  }

  #detect(): PacketMapping | undefined {
    if (!this.#connection.isReadable()) return undefined;
    const ids = [...this.#connection.readable()];
    const { maxPacketBytes } = this.#options;
    if (ids.includes(0)) return new OneStream(this.#connection, this, maxPacketBytes, true);
    if (ids.some((id) => id % 4 === 2)) return new StreamPerPacket(this.#connection, this, maxPacketBytes, true);
    throw new PolywireError(ErrorCode.MALFORMED_PACKET, `stream ${ids[0]} was opened before stream 0 or 2`);
  }
}
