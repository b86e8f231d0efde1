import {
  type GoAwayRequest,
  type HelloRequestInit,
  type HelloResponse,
  SessionServiceCalls,
} from '@polywire/protocol/polywire.session.v1';
import type { CallDescriptor } from '@polywire/protocol/wire';
import {
  CallEngine,
  type CallLink,
  createClient,
  type Fragments,
  PolywireError,
  type ServeLink,
  type Timer,
} from '../core/index.js';
import type { Traffic } from './client-stats.js';
import { type ConnectionLoss, lossOf } from './connection-loss.js';
import { ControlCalls } from './control-calls.js';
import type { Dial, Link, LinkHandler } from './dialer.js';
import { Heartbeat } from './heartbeat.js';
import type { Platform } from './platform.js';

/** Largest payload to accept, in bytes. */
const MAX_PAYLOAD_BYTES = 16_777_216;
/** Largest payload to send before the server has said its limit. */
const MAX_FIRST_PAYLOAD_BYTES = 65_536;
/** Servers take a message of the largest packet with so many bytes before it. */
const MAX_BATCH_BYTES = 65_536;
/** A peer that does not end its side is cut off. */
const CLOSE_GRACE_MS = 5_000;

export interface ConnectionOptions {
  /** Milliseconds that connecting, and then Hello, may take. */
  readonly timeoutMs: number;
  readonly maxStreamBytes: number;
  /** Undefined: no messages in pieces. */
  readonly fragments: Fragments | undefined;
  /** How the server's calls are served. Undefined: they are not. */
  serving(): ServeLink | undefined;
  /** The server asks to connect elsewhere. */
  onGoAway(connection: Connection, request: GoAwayRequest): void;
  hello(): HelloRequestInit | Promise<HelloRequestInit>;
  /** A connection that was welcomed has ended; its calls have failed with `loss.error`. Called once. */
  onLost(connection: Connection, loss: ConnectionLoss): void;
}

const { goAway } = SessionServiceCalls.methods as { readonly goAway: CallDescriptor };

/** One link to a server with the calls on it, from Hello to its end. */
export class Connection {
  readonly engine: CallEngine;
  readonly #platform: Platform;
  readonly #options: ConnectionOptions;
  readonly traffic: Traffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };
  #link: Link | undefined;
  #welcome: HelloResponse | undefined;
  #peerError: PolywireError | undefined;
  #heartbeat: Heartbeat | undefined;
  #loss: ConnectionLoss | undefined;
  #grace: Timer | undefined;
  #onIdle: () => void = () => {};
  #resolveGone: () => void = () => {};
  readonly #gone: Promise<void>;

  private constructor(platform: Platform, options: ConnectionOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    const engineOptions = {
      clock: platform.clock,
      serve: (link: CallLink) => new ControlCalls(link, options.serving, (request) => options.onGoAway(this, request)),
      defer: platform.defer,
      fragments: options.fragments,
      maxPayloadBytes: MAX_PAYLOAD_BYTES,
      maxSendPayloadBytes: MAX_FIRST_PAYLOAD_BYTES,
      maxStreamBytes: options.maxStreamBytes,
      maxBatchBytes: MAX_BATCH_BYTES,
    };
    this.engine = new CallEngine(engineOptions, {
      peer: this,
      send: (bytes) => this.#send(bytes),
      onPeerError: (error) => {
        this.#peerError = error;
      },
      onIdle: () => this.#onIdle(),
    });
  }

  /**
   * Dials and says Hello. Rejects with a ConnectionLoss.
   * @param signal withdraws it
   */
  static async open(
    platform: Platform,
    url: URL,
    signal: AbortSignal,
    options: ConnectionOptions,
  ): Promise<Connection> {
    const connection = new Connection(platform, options);
    try {
      await connection.#open(url, signal);
      return connection;
    } catch (thrown) {
      connection.#link?.destroy();
      throw connection.#loss ?? lossOf(connection.#peerError ?? thrown);
    }
  }

  /** What the server said to this connection's Hello. */
  get welcome(): HelloResponse {
    return this.#welcome as HelloResponse;
  }

  /** The server, as the services that this side serves see it. */
  get sessionId(): string {
    return this.#welcome?.sessionId ?? '';
  }

  get clientId(): string {
    return '';
  }

  /** The server repeats the outcome of a call to a later connection of this session. */
  get keepsOutcomes(): boolean {
    return this.welcome.resumeToken !== '';
  }

  get resumed(): boolean {
    return this.welcome.resumed;
  }

  /** Why it ended; its calls have failed with this very object. Undefined while it goes on. */
  get lostWith(): PolywireError | undefined {
    return this.#loss?.error;
  }

  /** Milliseconds that the last heartbeat took to be answered; undefined: none was. */
  get rttMs(): number | undefined {
    return this.#heartbeat?.rttMs;
  }

  /** Looks at once whether the server is still there. */
  probe(): void {
    this.#heartbeat?.probe();
  }

  /** Sends what is written, then ends it, and its session with it. Resolves when the link is gone. */
  close(error: PolywireError): Promise<void> {
    if (this.#loss === undefined) {
      // Only a WebSocket has a close code that says the same.
      this.engine.outgoing.oneWay(SessionServiceCalls, goAway, { reason: error.message });
      this.engine.flush();
      this.#end({ error, final: true });
      this.#link?.close();
      this.#grace = this.#platform.clock.setTimer(CLOSE_GRACE_MS, () => this.#link?.destroy());
    }
    return this.#gone;
  }

  /** Resolves when nothing runs on it any more, in either direction. */
  async finished(): Promise<void> {
    await this.engine.outgoing.empty();
    if (this.engine.incoming.running > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }

  async #open(url: URL, signal: AbortSignal): Promise<void> {
    const { timeoutMs, maxStreamBytes } = this.#options;
    const hello = await this.#options.hello();
    // The keeper's urls were all found to have a dialer.
    const dial = this.#platform.dialers[url.protocol] as Dial;
    this.#link = await dial(url, { timeoutMs, signal }, this.#handler);
    this.engine.framed = this.#link.framed;
    const session = createClient(SessionServiceCalls, () => this.engine, { timeoutMs, maxStreamBytes });
    const welcome = await session.hello(hello, { signal });
    this.#welcome = welcome;
    if (welcome.limits !== undefined) {
      this.engine.maxSendPayloadBytes = welcome.limits.maxPayloadBytes;
      this.engine.maxMessageBytes = welcome.limits.maxMessageBytes;
    }
    if (this.#loss !== undefined) throw this.#loss.error;
    if (welcome.heartbeatMs > 0) {
      this.#heartbeat = new Heartbeat(this.#platform.clock, welcome.heartbeatMs, this.traffic, session, (error) =>
        this.#cut(error),
      );
    }
  }

  readonly #handler: LinkHandler = {
    onBytes: (bytes) => {
      this.traffic.bytesIn += bytes.length;
      try {
        this.engine.receive(bytes);
      } catch (thrown) {
        this.#peerError ??= PolywireError.from(thrown);
        this.#link?.close();
      }
      this.traffic.messagesIn = this.engine.packetsIn;
    },
    onWritable: () => this.engine.onWritable(),
    onClose: (error, closeCode) => {
      this.#grace?.cancel();
      this.#end(lossOf(this.#peerError ?? error, closeCode));
      this.#resolveGone();
    },
  };

  #send(bytes: Uint8Array): boolean {
    if (this.#link === undefined) return false;
    this.traffic.bytesOut += bytes.length;
    this.traffic.messagesOut = this.engine.packetsOut;
    return this.#link.send(bytes);
  }

  /** The other side has fallen silent: nothing can be said to it. */
  #cut(error: PolywireError): void {
    this.#end({ error, final: false });
    this.#link?.destroy();
  }

  #end(loss: ConnectionLoss): void {
    if (this.#loss !== undefined) return;
    this.#loss = loss;
    this.#heartbeat?.stop();
    this.engine.close(loss.error);
    if (this.#welcome !== undefined) this.#options.onLost(this, loss);
  }
}
