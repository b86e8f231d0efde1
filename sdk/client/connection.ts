import type { HelloRequestInit, HelloResponse } from '@polywire/protocol/polywire.session.v1';
import {
  type CallEngine,
  type CallLink,
  type CallServer,
  type CreateClientOptions,
  createClient,
  createEngine,
  type Fragments,
  type Packet,
  PolywireError,
  type Timer,
} from '../core/index.js';
import { type ConnectionEnd, endOf } from './connection-end.js';
import { controlCalls } from './control-calls.js';
import { type Dial, type Link, type LinkHandler, MAX_PAYLOAD_BYTES } from './dialer.js';
import type { Heartbeat, Heartbeats } from './heartbeat.js';
import { HelloCalls } from './hello-call.js';
import type { OncePlatform } from './platform.js';

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
  /** Finds out that the server has fallen silent. Undefined: nothing does. */
  readonly heartbeats: Heartbeats | undefined;
  /** How the server's calls are served. Undefined: they are not. */
  readonly serving?: Serving | undefined;
  /** The server asks to connect elsewhere, with a GoAwayRequest. The packet is borrowed. */
  onGoAway?(packet: Packet): void;
  /** The last running call of the server has ended. */
  onIdle?(): void;
  /** A connection that was welcomed has ended; its calls have failed with `end.error`. Called once. */
  onLost(end: ConnectionEnd): void;
}

/** One link to a server with the calls on it, from Hello to its end. */
export class Connection {
  readonly engine: CallEngine;
  /** What the server said to this connection's Hello. */
  welcome: HelloResponse | undefined;
  heartbeat: Heartbeat | undefined;
  /** Why it ended; its calls have failed with this very error. Undefined while it goes on. */
  end: ConnectionEnd | undefined;
  readonly clientId = '';
  bytesIn = 0;
  bytesOut = 0;
  readonly #platform: OncePlatform;
  readonly #options: ConnectionOptions;
  #link: Link | undefined;
  #peerError: PolywireError | undefined;
  #grace: Timer | undefined;
  #resolveGone: () => void = () => {};
  readonly #gone = new Promise<void>((resolve) => {
    this.#resolveGone = resolve;
  });

  /** `timeoutMs` of the options: what connecting, and then Hello, may take. */
  constructor(platform: OncePlatform, options: ConnectionOptions) {
    this.#platform = platform;
    this.#options = options;
    this.engine = createEngine(
      {
        ...platform,
        ...options,
        serve: (link) => {
          const control = controlCalls(link, options.onGoAway);
          return options.serving?.(link, control) ?? control;
        },
        maxPayloadBytes: MAX_PAYLOAD_BYTES,
        maxSendPayloadBytes: MAX_FIRST_PAYLOAD_BYTES,
        maxBatchBytes: MAX_BATCH_BYTES,
      },
      {
        ...options,
        // The server, as the services that this side serves see it.
        peer: this,
        send: (bytes) => {
          this.bytesOut += bytes.length;
          return this.#link?.send(bytes) ?? false;
        },
        onPeerError: (error) => {
          this.#peerError = error;
        },
      },
    );
  }

  get sessionId(): string {
    return this.welcome?.sessionId ?? '';
  }

  /**
   * Dials and says Hello. Rejects with the error that `end` has then.
   * @param signal withdraws it
   */
  async open(url: URL, hello: HelloRequestInit | Promise<HelloRequestInit>, signal?: AbortSignal): Promise<this> {
    const { engine } = this;
    const { timeoutMs, heartbeats } = this.#options;
    const { dialers, clock } = this.#platform;
    try {
      const request = await hello;
      // Whoever asked has found that the url has a dialer.
      this.#link = await (dialers[url.protocol] as Dial)(url, { timeoutMs, signal }, this.#handler);
      engine.stream = this.#link.stream;
      this.welcome = await createClient(HelloCalls, () => engine, this.#options).hello(request, signal && { signal });
      const { limits, heartbeatMs } = this.welcome;
      if (limits !== undefined) {
        engine.maxSendPayloadBytes = limits.maxPayloadBytes;
        engine.maxMessageBytes = limits.maxMessageBytes;
      }
      if (this.end !== undefined) throw this.end.error;
      if (heartbeatMs > 0) {
        this.heartbeat = heartbeats?.(this, clock, heartbeatMs, (error) => {
          // The other side has fallen silent: nothing can be said to it.
          this.#end({ error });
          this.#link?.destroy();
        });
      }
      return this;
    } catch (thrown) {
      this.#end(endOf(this.#peerError ?? thrown));
      this.#link?.destroy();
      throw this.end?.error;
    }
  }

  /** Sends what is written, then ends it, and its session with it. Resolves when the link is gone. */
  close(error: PolywireError): Promise<void> {
    if (this.end === undefined) {
      this.#platform.farewell?.(this.engine, error.message);
      this.#end({ error });
      this.#link?.close();
      this.#grace = this.#platform.clock.setTimer(CLOSE_GRACE_MS, () => this.#link?.destroy());
    }
    return this.#gone;
  }

  readonly #handler: LinkHandler = {
    onBytes: (bytes) => {
      this.bytesIn += bytes.length;
      try {
        this.engine.receive(bytes);
      } catch (thrown) {
        this.#peerError ??= PolywireError.from(thrown);
        this.#link?.close();
      }
    },
    onWritable: () => this.engine.onWritable(),
    onClose: (error, closeCode) => {
      this.#grace?.cancel();
      this.#end(endOf(this.#peerError ?? error, closeCode));
      this.#resolveGone();
    },
  };

  #end(end: ConnectionEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.heartbeat?.stop();
    this.engine.close(end.error);
    if (this.welcome !== undefined) this.#options.onLost(end);
  }
}
