import { Buffer } from 'node:buffer';
import { describeQuicEnd, type QuicEnd } from '@polywire/sdk/core';
import { ABNORMAL_CLOSURE, Link } from '../link.js';
import type { LinkRegistry } from '../link-registry.js';
import type { PeerCertificate } from '../listener.js';
import { QuietEnd } from '../quiet-end.js';

const NORMAL_CLOSURE = 1000;
const FIRST_CLOSE_CODE = 1000;
const LAST_CLOSE_CODE = 4999;
/** What the peer is told when it is cut off without a word. */
const GOING_AWAY = 1001;

/** What a link does with its QUIC connection. */
export interface QuicCarrier {
  readonly queuedBytes: number;
  send(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
  abort(code: number, reason: string): void;
}

/** A QUIC connection whose handshake is done: it sends and receives whole packets. */
export class QuicLink extends Link {
  readonly transport = 'quic';
  readonly #carrier: QuicCarrier;
  readonly #certificate: PeerCertificate | undefined;
  /** The peer has ended its side. */
  #quiet: QuietEnd | undefined;

  constructor(registry: LinkRegistry, carrier: QuicCarrier, address: string, certificate: PeerCertificate | undefined) {
    super(registry, address);
    this.#certificate = certificate;
    this.#carrier = carrier;
  }

  override get peerCertificate(): PeerCertificate | undefined {
    return this.#certificate;
  }

  get queuedBytes(): number {
    return this.isClosed ? 0 : this.#carrier.queuedBytes;
  }

  protected write(bytes: Uint8Array): boolean {
    this.#carrier.send(bytes);
    this.#quiet?.sent();
    return false;
  }

  protected writeText(text: string | Uint8Array): void {
    this.write(typeof text === 'string' ? Buffer.from(text) : text);
  }

  protected beginClose(code: number, reason: string): void {
    this.#quiet?.drop();
    this.#carrier.close(code, reason);
  }

  protected cut(): void {
    this.#carrier.abort(GOING_AWAY, '');
  }

  /** The peer has finished its stream. */
  onPeerEnd(): void {
    if (!this.isOpen || this.receiveEnd()) return;
    this.#quiet = new QuietEnd(this.registry.deadlines, () => this.close(NORMAL_CLOSURE, ''));
  }

  /** The connection is over. A peer that closes with code 0 has said all it wanted to. */
  onCarrierEnd(end: QuicEnd): void {
    const said = end.by === 'peer' && end.isApplication ? (end.code === 0 ? NORMAL_CLOSURE : end.code) : 0;
    if (said >= FIRST_CLOSE_CODE && said <= LAST_CLOSE_CODE) this.ended(said, end.reason);
    else this.ended(ABNORMAL_CLOSURE, describeQuicEnd(end));
  }
}
