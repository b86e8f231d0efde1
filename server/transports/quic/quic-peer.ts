import { X509Certificate } from 'node:crypto';
import {
  describeQuicEnd,
  type PolywireError,
  type QuicAddress,
  QuicConnection,
  type QuicEnd,
  type QuicHandler,
  type QuicheConnection,
  type QuicPath,
} from '@polywire/sdk/core';
import type { Sleeper, TimerHeap } from '../../timer-heap.js';
import type { LinkRegistry } from '../link-registry.js';
import type { Connection, ConnectionHandler, PeerCertificate } from '../listener.js';
import { describeCertificate } from '../peer-certificate.js';
import { QuicLink } from './quic-link.js';

/** What the peers of a listener share. */
export interface QuicPeerHost {
  readonly registry: LinkRegistry;
  readonly maxPacketBytes: number;
  readonly timers: TimerHeap;
  /** Sends a datagram, which is not touched again. */
  emit(datagram: Uint8Array, to: QuicAddress): void;
  /** Calls `flush` at the end of the turn. */
  flushSoon(peer: QuicPeer): void;
  /** A handshake is done. */
  accept(connection: Connection): ConnectionHandler;
  /** A handshake failed. */
  onRefused(text: string): void;
  /** The connection is over; late datagrams may still come. */
  onOver(peer: QuicPeer): void;
  /** Nothing comes any more. */
  onGone(peer: QuicPeer): void;
}

/** quiche has a clock of its own, which may be a little behind. */
const CLOCK_SLACK_MS = 1;
const INTERNAL_ERROR = 1011;

/** One QUIC connection of a listener, from the first datagram that counts to the last. */
export class QuicPeer implements QuicHandler {
  readonly #host: QuicPeerHost;
  readonly #connection: QuicConnection;
  readonly #sleeper: Sleeper;
  #path: QuicPath;
  #link: QuicLink | undefined;

  /** @param key of its connection id */
  constructor(
    connection: QuicheConnection,
    readonly key: string,
    path: QuicPath,
    host: QuicPeerHost,
  ) {
    this.#host = host;
    this.#path = path;
    this.#sleeper = host.timers.sleeper(() => this.#onTimeout());
    this.#connection = new QuicConnection(connection, { opens: 'nothing', maxPacketBytes: host.maxPacketBytes }, this);
  }

  /** Takes a datagram, which is used up. */
  receive(datagram: Uint8Array, from: QuicAddress): void {
    const known = this.#path.from;
    if (known.port !== from.port || known.host !== from.host) this.#path = { from, to: this.#path.to };
    this.#connection.receive(datagram, this.#path);
    this.#connection.read();
    this.#host.flushSoon(this);
  }

  /**
   * Sends what is to be sent, and sets the timer.
   * @returns true when there is more
   */
  flush(): boolean {
    const more = this.#connection.flush(this.#emit);
    if (this.#connection.isGone) {
      this.#host.timers.drop(this.#sleeper);
      this.#host.onGone(this);
      return false;
    }
    const { timeoutMs } = this.#connection;
    if (timeoutMs === undefined) this.#host.timers.drop(this.#sleeper);
    else this.#host.timers.setAfter(this.#sleeper, timeoutMs + CLOCK_SLACK_MS);
    if (this.#connection.queuedBytes === 0) this.#link?.drained();
    return more;
  }

  /** Nobody waits for its end any more: it is woken no more. */
  forget(): void {
    this.#host.timers.drop(this.#sleeper);
  }

  readonly #emit = (datagram: Uint8Array, to: QuicAddress): void => this.#host.emit(datagram, to);

  #onTimeout(): void {
    this.#connection.onTimeout();
    this.#host.flushSoon(this);
  }

  get queuedBytes(): number {
    return this.#connection.queuedBytes;
  }

  send(bytes: Uint8Array): void {
    this.#connection.send(bytes);
    this.#host.flushSoon(this);
  }

  close(code: number, reason: string): void {
    this.#connection.close(code, reason);
    this.#host.flushSoon(this);
  }

  /** Ends it at once. */
  abort(code: number, reason: string): void {
    this.#connection.abort(code, reason);
    this.#connection.flush(this.#emit);
    this.#host.flushSoon(this);
  }

  onEstablished(): void {
    const { host, port } = this.#path.from;
    let certificate: PeerCertificate | undefined;
    try {
      const der = this.#connection.peerCertificate;
      certificate = der === undefined ? undefined : describeCertificate(new X509Certificate(der));
    } catch (error) {
      // Without knowing who it is nobody may be let in.
      this.#host.registry.report(error);
      this.#connection.abort(INTERNAL_ERROR, 'internal error');
      return;
    }
    this.#link = new QuicLink(this.#host.registry, this, `${host}:${port}`, certificate);
    this.#link.start((connection) => this.#host.accept(connection));
  }

  onPacket(packet: Uint8Array): void {
    this.#link?.receive(packet);
  }

  onEnd(): void {
    this.#link?.onPeerEnd();
  }

  onFault(error: PolywireError): void {
    this.#link?.close(error.closeCode, error.message);
  }

  onClosed(end: QuicEnd): void {
    if (this.#link !== undefined) this.#link.onCarrierEnd(end);
    else if (end.by !== 'silence') {
      const { host, port } = this.#path.from;
      this.#host.onRefused(`${host}:${port}: ${describeQuicEnd(end)}`);
    }
    this.#host.onOver(this);
  }
}
