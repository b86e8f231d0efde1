import {
  type GoAwayRequest,
  type HelloRequestInit,
  type HelloResponse,
  SessionServiceCalls,
  type SessionServiceClient,
} from '@polywire/protocol/polywire.session.v1';
import type { CallDescriptor } from '@polywire/protocol/wire';
import {
  CallEngine,
  type CallLink,
  type CallServer,
  type CreateClientOptions,
  createClient,
  type Fragments,
  PolywireError,
  type Timer,
} from '../core/index.js';
import type { Traffic } from './client-stats.js';
import { type ConnectionLoss, lossOf } from './connection-loss.js';
import { ControlCalls } from './control-calls.js';
import { type Dial, type Link, type LinkHandler, MAX_PAYLOAD_BYTES } from './dialer.js';
import { Heartbeat } from './heartbeat.js';
import type { Platform } from './platform.js';

/** Largest payload to send before the server has said its limit. */
const MAX_FIRST_PAYLOAD_BYTES = 65_536;
/** Servers take a message of the largest packet with so many bytes before it. */
const MAX_BATCH_BYTES = 65_536;
/** A peer that does not end its side is cut off. */
const CLOSE_GRACE_MS = 5_000;

/** Makes what serves the server's calls, beside `control`, which every client answers. */
export type Serving = (link: CallLink, control: CallServer) => CallServer;

export interface ConnectionOptions extends CreateClientOptions {
  /** Undefined: no messages in pieces. */
  readonly fragments: Fragments | undefined;
  /** How the server's calls are served. Undefined: they are not. */
  readonly serving?: Serving | undefined;
  /** The server asks to connect elsewhere. */
  onGoAway?(connection: Connection, request: GoAwayRequest): void;
  /** A connection that was welcomed has ended; its calls have failed with `loss.error`. Called once. */
  onLost(connection: Connection, loss: ConnectionLoss): void;
}

const { goAway } = SessionServiceCalls.methods as { readonly goAway: CallDescriptor };

/** One link to a server with the calls on it, from Hello to its end. */
export class Connection {
  readonly engine: CallEngine;
  /** The calls of the session service. */
  readonly session: SessionServiceClient;
  readonly traffic: Traffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };
  /** What the server said to this connection's Hello. */
  welcome: HelloResponse | undefined;
  /** Called whenever the last running call of the server has ended. */
  readonly watchers: (() => void)[] = [];
  readonly #platform: Platform;
  readonly #options: ConnectionOptions;
  #link: Link | undefined;
  #peerError: PolywireError | undefined;
  #heartbeat: Heartbeat | undefined;
  #loss: ConnectionLoss | undefined;
  #grace: Timer | undefined;
  #resolveGone: () => void = () => {};
  readonly #gone = new Promise<void>((resolve) => {
    this.#resolveGone = resolve;
  });

  /** `timeoutMs` of the options: what connecting, and then each call of the session service, may take. */
  constructor(platform: Platform, options: ConnectionOptions) {
    this.#platform = platform;
    this.#options = options;
    this.engine = new CallEngine(
      {
        ...options,
        clock: platform.clock,
        defer: platform.defer,
        serve: (link) => {
          const control = new ControlCalls(link, (request) => options.onGoAway?.(this, request));
          return options.serving?.(link, control) ?? control;
        },
        maxPayloadBytes: MAX_PAYLOAD_BYTES,
        maxSendPayloadBytes: MAX_FIRST_PAYLOAD_BYTES,
        maxBatchBytes: MAX_BATCH_BYTES,
      },
      {
        peer: this,
        send: (bytes) => this.#send(bytes),
        onPeerError: (error) => {
          this.#peerError = error;
        },
        onIdle: () => {
          for (const look of this.watchers) look();
        },
      },
    );
    this.session = createClient(SessionServiceCalls, () => this.engine, options);
  }

  /**
   * Dials and says Hello. Rejects with a ConnectionLoss.
   * @param signal withdraws it
   */
  async open(url: URL, hello: HelloRequestInit | Promise<HelloRequestInit>, signal?: AbortSignal): Promise<this> {
    try {
      await this.#open(url, await hello, signal);
      return this;
    } catch (thrown) {
      this.#link?.destroy();
      throw this.#loss ?? lossOf(this.#peerError ?? thrown);
    }
  }

  /** The server, as the services that this side serves see it. */
  get sessionId(): string {
    return this.welcome?.sessionId ?? '';
  }

  get clientId(): string {
    return '';
  }

  /** The server repeats the outcome of a call to a later connection of this session. */
  get keepsOutcomes(): boolean {
    return this.welcome?.resumeToken !== '';
  }

  get resumed(): boolean {
    return this.welcome?.resumed === true;
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
      this.#end({ error, final: true });
      this.#link?.close();
      this.#grace = this.#platform.clock.setTimer(CLOSE_GRACE_MS, () => this.#link?.destroy());
    }
    return this.#gone;
  }

  async #open(url: URL, hello: HelloRequestInit, signal: AbortSignal | undefined): Promise<void> {
    const { engine } = this;
    const { timeoutMs } = this.#options;
    // Whoever asked has found that the url has a dialer.
    const dial = this.#platform.dialers[url.protocol] as Dial;
    this.#link = await dial(url, { timeoutMs, signal }, this.#handler);
    engine.stream = this.#link.stream;
    const welcome = await this.session.hello(hello, signal && { signal });
    this.welcome = welcome;
    const { limits, heartbeatMs } = welcome;
    if (limits !== undefined) {
      engine.maxSendPayloadBytes = limits.maxPayloadBytes;
      engine.maxMessageBytes = limits.maxMessageBytes;
    }
    if (this.#loss !== undefined) throw this.#loss.error;
    if (heartbeatMs > 0) {
      this.#heartbeat = new Heartbeat(this.#platform.clock, heartbeatMs, this.traffic, this.session, (error) => {
        // The other side has fallen silent: nothing can be said to it.
        this.#end({ error, final: false });
        this.#link?.destroy();
      });
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

  #end(loss: ConnectionLoss): void {
    if (this.#loss !== undefined) return;
    this.#loss = loss;
    this.#heartbeat?.stop();
    this.engine.close(loss.error);
    if (this.welcome !== undefined) this.#options.onLost(this, loss);
  }
}
