import { X509Certificate } from 'node:crypto';
import type { Link, LinkHandler } from '../client/dialer.js';
import {
  type PolywireError,
  QuicConnection,
  type QuicEnd,
  type QuicHandler,
  type QuicheConnection,
  type QuicPath,
} from '../core/index.js';
import { DueTimer } from './due-timer.js';
import { quicFailure, untrusted } from './quic-failure.js';
import type { QuicSocket } from './quic-socket.js';

/** Bytes that may wait in this process before optional work is held back. */
const HIGH_WATER_BYTES = 262_144;
const MAX_PACKET_BYTES = 33_554_432;
/** Far less than the idle timeout of a server, which is 30 s as a rule. */
const KEEP_ALIVE_MS = 15_000;
/** How long a closing link may take to deliver what waits before it is cut off. */
const CLOSE_GRACE_MS = 5_000;
const HEARTBEAT_LOST = 3046;
/** quiche has a clock of its own, which may be a little behind. */
const CLOCK_SLACK_MS = 1;

export interface QuicLinkOptions {
  readonly url: URL;
  /** The address that the server's certificate has to be for; undefined: that was checked, or need not be. */
  readonly certifiedIp: string | undefined;
  /** The handshake is done. */
  onOpen(): void;
  /** It is over, or did not come about. */
  onOver(error: PolywireError, closeCode?: number): void;
}

/** A QUIC connection of a client, with its socket and its timers. */
export class QuicLink implements Link, QuicHandler {
  readonly #options: QuicLinkOptions;
  readonly #socket: QuicSocket['socket'];
  readonly #path: QuicPath;
  readonly #handler: LinkHandler;
  readonly #connection: QuicConnection;
  readonly #timer: DueTimer;
  readonly #keepAlive: NodeJS.Timeout;
  #graceTimer: NodeJS.Timeout | undefined;
  #failure: PolywireError | undefined;
  #full = false;
  #flushPlanned = false;
  #over = false;

  constructor(
    connection: QuicheConnection,
    { socket, local, remote }: QuicSocket,
    handler: LinkHandler,
    options: QuicLinkOptions,
  ) {
    this.#options = options;
    this.#socket = socket;
    this.#path = { from: remote, to: local };
    this.#handler = handler;
    this.#connection = new QuicConnection(connection, { opens: 'one-stream', maxPacketBytes: MAX_PACKET_BYTES }, this);
    this.#timer = new DueTimer(() => {
      this.#connection.onTimeout();
      this.#flush();
    });
    this.#keepAlive = setInterval(() => {
      this.#connection.ping();
      this.#flush();
    }, KEEP_ALIVE_MS);
    this.#keepAlive.unref();
    socket.on('message', (datagram) => {
      if (this.#over) return;
      this.#connection.receive(datagram, this.#path);
      this.#connection.read();
      this.#flushSoon();
    });
    this.#flush();
  }

  send(bytes: Uint8Array): boolean {
    if (this.#over) return true;
    this.#connection.send(bytes);
    this.#flushSoon();
    this.#full = this.#connection.queuedBytes > HIGH_WATER_BYTES;
    return !this.#full;
  }

  close(): void {
    if (this.#over || this.#graceTimer !== undefined) return;
    this.#graceTimer = setTimeout(() => this.#abort(), CLOSE_GRACE_MS);
    this.#graceTimer.unref();
    this.#connection.close(0, '');
    this.#flushSoon();
  }

  /** Ends it at once; it is over with this error. */
  fail(error: PolywireError): void {
    this.#failure ??= error;
    this.#abort();
  }

  destroy(): void {
    // Not 0: the session shall outlive this connection.
    this.#abort(HEARTBEAT_LOST);
  }

  #abort(code = 0): void {
    if (this.#over) return;
    this.#connection.abort(code, '');
    this.#flush();
  }

  #flushSoon(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(this.#flushNow);
  }

  readonly #flushNow = (): void => {
    this.#flushPlanned = false;
    this.#flush();
  };

  #flush(): void {
    if (this.#over) return;
    const more = this.#connection.flush(this.#emit);
    if (this.#over) return;
    const { timeoutMs } = this.#connection;
    this.#timer.setAfter(timeoutMs === undefined ? undefined : timeoutMs + CLOCK_SLACK_MS);
    if (more) setImmediate(() => this.#flush());
    if (!this.#full || this.#connection.queuedBytes > 0) return;
    this.#full = false;
    this.#handler.onWritable();
  }

  readonly #emit = (datagram: Uint8Array): void => this.#socket.send(datagram);

  onEstablished(): void {
    const { certifiedIp, url } = this.#options;
    if (certifiedIp !== undefined && !certifies(this.#connection.peerCertificate, certifiedIp)) {
      this.fail(untrusted(url, `it is not for ${certifiedIp}`));
    } else {
      this.#options.onOpen();
    }
  }

  onPacket(packet: Uint8Array): void {
    this.#handler.onBytes(packet);
  }

  onEnd(): void {
    this.close();
  }

  onFault(error: PolywireError): void {
    this.fail(error);
  }

  onClosed(end: QuicEnd): void {
    this.#over = true;
    this.#timer.clear();
    clearInterval(this.#keepAlive);
    clearTimeout(this.#graceTimer);
    this.#socket.close();
    const closeCode = end.by === 'peer' && end.isApplication ? end.code : undefined;
    this.#options.onOver(this.#failure ?? quicFailure(this.#options.url, end), closeCode);
  }
}

function certifies(der: Uint8Array | undefined, ip: string): boolean {
  try {
    return der !== undefined && new X509Certificate(der).checkIP(ip) !== undefined;
  } catch {
    return false;
  }
}
