import type { Buffer } from 'node:buffer';
import type { RemoteInfo, Socket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { createQuicConfig, type QuicAddress, type Quiche, type QuicheConfig } from '@polywire/sdk/core';
import { systemClock } from '../../clock.js';
import { acceptBucket, LinkRegistry } from '../link-registry.js';
import type { CreateListener, Listener, ListenerHost, ListenerOptions } from '../listener.js';
import type { RateBucket } from '../rate-bucket.js';
import { RefusalLog } from '../refusal-log.js';
import { watchTlsFiles } from '../tls-files.js';
import { bindUdp } from './bind-udp.js';
import { FlushTurns } from './flush-turns.js';
import { loadQuiche } from './load-quiche.js';
import { connectionKey, keyOfId, QuicGate } from './quic-gate.js';
import { QuicPeer, type QuicPeerHost } from './quic-peer.js';
import { refuseConnection } from './refuse-connection.js';
import { serverIdentity } from './server-identity.js';

/** Offered when nothing else is said. */
const DEFAULT_ALPN: readonly string[] = ['polywire', 'msgtrans', 'h3'];
const MAX_BIDIRECTIONAL_STREAMS = 1;
/**
 * One for each packet under way. quiche grants further streams as these end, but does not repeat a
 * grant that was lost; so there are far more than a client uses at once.
 */
const MAX_UNIDIRECTIONAL_STREAMS = 1024;
const GOING_AWAY = 1001;

export interface QuicListenerSettings {
  /** Application protocols, one of which a client has to offer. Default: polywire, msgtrans, h3. */
  readonly alpn?: readonly string[] | undefined;
  /** After this much silence a connection is over. Milliseconds. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined;
}

class QuicListener implements Listener {
  readonly name = 'quic';
  readonly #quiche: Quiche;
  readonly #settings: QuicListenerSettings;
  readonly #options: ListenerOptions;
  readonly #host: ListenerHost;
  readonly #registry: LinkRegistry;
  readonly #gate: QuicGate;
  readonly #peerHost: QuicPeerHost;
  readonly #peers = new Map<string, QuicPeer>();
  readonly #turns = new FlushTurns<QuicPeer>((peer) => this.#socket !== undefined && peer.flush());
  #config: QuicheConfig;
  #socket: Socket | undefined;
  #local: QuicAddress;
  /** Connections that are not over, with those whose handshake is under way. */
  readonly #accepts: RateBucket | undefined;
  #open = 0;
  #accepting = false;
  #closing: Promise<void> | undefined;
  #endWatch: () => void = () => {};

  constructor(quiche: Quiche, settings: QuicListenerSettings, options: ListenerOptions, host: ListenerHost) {
    this.#quiche = quiche;
    this.#settings = settings;
    this.#options = options;
    this.#accepts = acceptBucket(options);
    this.#host = host;
    this.#registry = new LinkRegistry(options, host);
    this.#gate = new QuicGate(quiche);
    this.#local = { host: options.host, port: options.port };
    this.#config = this.#makeConfig();
    const alpn = this.#alpn.join(', ');
    const refusals = new RefusalLog(
      (text) => host.onRefused?.(`QUIC handshake refused: ${text} (application protocols of this listener: ${alpn})`),
      () => performance.now(),
    );
    this.#peerHost = {
      registry: this.#registry,
      timers: systemClock.timers,
      maxPacketBytes: options.maxMessageBytes,
      emit: (datagram, to) => this.#socket?.send(datagram, to.port, to.host),
      flushSoon: (peer) => this.#turns.add(peer),
      accept: (connection) => host.accept(connection),
      onRefused: (text) => {
        host.onHandshakeFailed?.();
        refusals.note(text);
      },
      onOver: () => {
        this.#open -= 1;
      },
      onGone: (peer) => this.#peers.delete(peer.key),
    };
  }

  get #alpn(): readonly string[] {
    return this.#settings.alpn ?? DEFAULT_ALPN;
  }

  #makeConfig(): QuicheConfig {
    const { certificate, key, clientCa } = serverIdentity(this.#options.tls, Date.now());
    return createQuicConfig(this.#quiche, {
      alpn: this.#alpn,
      idleTimeoutMs: this.#settings.idleTimeoutMs,
      maxBidirectionalStreams: MAX_BIDIRECTIONAL_STREAMS,
      maxUnidirectionalStreams: MAX_UNIDIRECTIONAL_STREAMS,
      verifyPeer: clientCa !== undefined,
      ca: clientCa,
      identity: { certificate, key },
    });
  }

  get port(): number {
    return this.#local.port;
  }

  get connectionCount(): number {
    return this.#registry.size;
  }

  async listen(): Promise<void> {
    const socket = await bindUdp(this.#options.host, this.#options.port);
    this.#socket = socket;
    const { address, port } = socket.address();
    this.#local = { host: address, port };
    this.#accepting = true;
    socket.on('message', (datagram, from) => this.#onDatagram(datagram, from));
    socket.on('error', (error) => this.#host.onError(error));
    const { tls } = this.#options;
    if (tls === undefined) return;
    this.#endWatch = watchTlsFiles(
      tls,
      () => {
        this.#config = this.#makeConfig();
      },
      (error) => this.#host.onError(error),
    );
  }

  #onDatagram(datagram: Buffer, info: RemoteInfo): void {
    const key = connectionKey(datagram);
    if (key === undefined) return;
    const from = { host: info.address, port: info.port };
    const peer = this.#peers.get(key) ?? this.#admit(datagram, from);
    peer?.receive(datagram, from);
  }

  /** The new connection that the datagram begins; undefined: it begins none, and may have been answered. */
  #admit(datagram: Buffer, from: QuicAddress): QuicPeer | undefined {
    const admission = this.#gate.admit(datagram, from, performance.now());
    if (admission === undefined) return undefined;
    if (admission.answer !== undefined) {
      this.#peerHost.emit(admission.answer, from);
      return undefined;
    }
    const { sourceId, originalId } = admission;
    const path = { from, to: this.#local };
    const connection = this.#quiche.Connection.accept(sourceId, originalId, path.to, path.from, this.#config);
    const isTooMany = this.#open >= this.#options.maxConnections || (this.#accepts?.take(performance.now()) ?? 0) > 0;
    if (!this.#accepting || isTooMany) {
      const reason = this.#accepting ? 'too many connections' : 'the server is stopping';
      refuseConnection(connection, datagram, path, reason, this.#peerHost.emit);
      return undefined;
    }
    const peer = new QuicPeer(connection, keyOfId(sourceId), path, this.#peerHost);
    this.#open += 1;
    this.#peers.set(peer.key, peer);
    return peer;
  }

  publish(groupId: number, bytes: Uint8Array): void {
    this.#registry.deliver(groupId, bytes);
  }

  stopAccepting(): void {
    this.#accepting = false;
    this.#endWatch();
  }

  close(): Promise<void> {
    this.stopAccepting();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const handlersTold = this.#registry.terminateAll();
    for (const peer of this.#peers.values()) peer.abort(GOING_AWAY, '');
    await handlersTold;
    for (const peer of this.#peers.values()) peer.forget();
    this.#peers.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

/**
 * The listener on QUIC.
 * @throws PolywireError UNIMPLEMENTED where quiche has no binary
 */
export async function loadQuicListener(settings: QuicListenerSettings = {}): Promise<CreateListener> {
  const quiche = await loadQuiche();
  return (options, host) => new QuicListener(quiche, settings, options, host);
}
