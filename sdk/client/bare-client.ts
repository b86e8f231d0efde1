import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import {
  type GoAwayRequest,
  GoAwayRequestReader,
  type HelloRequestInit,
  type HelloResponse,
} from '@polywire/protocol/polywire.session.v1';
import { schemaHash } from '@polywire/protocol/schema-hash';
import type { CallsDescriptor } from '@polywire/protocol/wire';
import {
  type CallTarget,
  type Clock,
  type CreateClientOptions,
  createClient,
  type Packet,
  PolywireError,
} from '../core/index.js';
import { agent } from './agent.js';
import { builtInResumptions } from './built-in-resumptions.js';
import { callDefaults } from './call-defaults.js';
import { addTraffic, type ClientStats, type Traffic } from './client-stats.js';
import type { ConnectOptions } from './connect-options.js';
import type { Serving } from './connection.js';
import type { ConnectionEnd } from './connection-end.js';
import { ConnectionKeeper } from './connection-keeper.js';
import { type ConnectionLoss, lossOf } from './connection-loss.js';
import { type ConnectionState, type ConnectionStatus, StatusFeed } from './connection-status.js';
import { heartbeats } from './heartbeat.js';
import { LastingCalls } from './lasting-calls.js';
import { LastingConnection } from './lasting-connection.js';
import type { Platform } from './platform.js';
import { type Resumptions, ResumptionTable } from './resumption.js';
import { TokenSource } from './token-source.js';

export interface UseOptions {
  /** How streams of this service go on after a reconnect, by property. Default: those of Polywire's own services. */
  readonly resume?: Resumptions;
}

/** A client of a server, over one connection after the other. */
export class BareClient {
  readonly #options: ConnectOptions;
  /** What calls of this client go by when they do not say. */
  readonly callDefaults: CreateClientOptions;
  /** How calls that the server makes are served. Undefined: they are not. */
  #serving: Serving | undefined;
  readonly #platform: Platform;
  readonly #clients = new Map<string, unknown>();
  readonly #resumptions = new ResumptionTable(builtInResumptions);
  readonly #keeper: ConnectionKeeper<LastingConnection>;
  readonly #calls: LastingCalls;
  readonly #tokens: TokenSource;
  readonly #feed = new StatusFeed();
  readonly #connections = new Set<LastingConnection>();
  readonly #past: Traffic = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };
  readonly #stopWake: (() => void) | undefined;
  #resolveClosed: (error: PolywireError) => void = () => {};
  #settleFirst: (error: PolywireError | undefined) => void = () => {};
  readonly #closed = new Promise<PolywireError>((resolve) => {
    this.#resolveClosed = resolve;
  });
  readonly #first = new Promise<this>((resolve, reject) => {
    this.#settleFirst = (error) => (error === undefined ? resolve(this) : reject(error));
  });
  #welcome: HelloResponse | undefined;
  #welcomes = 0;
  #draining = false;
  #gone: Promise<unknown> | undefined;

  /** Begins to connect; `connected()` tells when it has. */
  constructor(platform: Platform, urls: readonly URL[], options: ConnectOptions) {
    this.#platform = platform;
    this.#options = options;
    this.callDefaults = callDefaults(options);
    const { clock } = platform;
    const { reconnect = {}, connectRetries = 0, connectTimeoutMs = 10_000, retries = 0 } = options;
    this.#tokens = new TokenSource({
      token: options.token,
      clock,
      timeoutMs: connectTimeoutMs,
      onRefused: (error) => this.#end(error),
    });
    this.#calls = new LastingCalls({
      clock,
      reconnects: reconnect !== false,
      whileDisconnected: options.whileDisconnected ?? 'wait',
      maxQueuedCalls: options.maxQueuedCalls ?? 1_024,
      retries,
      resumptions: this.#resumptions,
      nonce: Math.floor(platform.random() * 2 ** 52).toString(36),
      onRefused: (connection, error) => this.#leave(connection, error),
    });
    this.#keeper = new ConnectionKeeper({
      clock,
      random: () => platform.random(),
      urls,
      reconnect: reconnect === false ? undefined : reconnect,
      firstRetries: connectRetries,
      open: (url, signal) => this.#open(url, signal),
      discard: (connection) => void connection.close(withdrawn()),
      onStatus: (status, connection, error) => this.#onStatus(status, connection, error),
    });
    this.#stopWake = platform.onWake?.(() => {
      this.#keeper.wake();
      this.#keeper.connection?.heartbeat?.probe();
    });
    const { signal } = options;
    const onAbort = (): void => {
      this.#end(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn', { cause: signal?.reason }));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const forget = (): void => signal?.removeEventListener('abort', onAbort);
    this.#first.then(forget, forget);
    if (signal?.aborted === true) onAbort();
    else this.#keeper.start();
  }

  /** Resolves when the first connection stands; rejects with why there is none. */
  connected(): Promise<this> {
    return this.#first;
  }

  /** The time that it goes by. */
  get clock(): Clock {
    return this.#platform.clock;
  }

  /** Unary calls that wait for their answers. */
  get running(): number {
    return this.#calls.unanswered;
  }

  /** Where the client is. */
  get state(): ConnectionState {
    return this.#feed.present.state;
  }

  /**
   * The present status, then every transition, each with a code and a reason; ends after `closed`.
   *
   * ```ts
   * for await (const { state, reason, retryInMs } of client.status()) console.log(state, reason, retryInMs)
   * ```
   */
  status(): AsyncIterableIterator<ConnectionStatus, undefined, undefined> {
    return this.#feed.follow();
  }

  /** What the server said when it last welcomed this client: session id, limits, services, level of its acks. */
  get welcome(): HelloResponse {
    return this.#welcome as HelloResponse;
  }

  /** The typed client of any generated service: of `FooCalls`, or of `Foo`, which brings a server's half along. */
  use<ServiceClient>(service: CallsDescriptor<ServiceClient>, use: UseOptions = {}): ServiceClient {
    this.#resumptions.add(service, use.resume);
    const known = this.#clients.get(service.typeName);
    if (known !== undefined) return known as ServiceClient;
    const made = createClient(service, () => this.target(), this.callDefaults);
    this.#clients.set(service.typeName, made);
    return made;
  }

  stats(): ClientStats {
    const sum = { ...this.#past };
    for (const { traffic } of this.#connections) addTraffic(sum, traffic);
    return {
      ...sum,
      connections: this.#connections.size,
      reconnects: Math.max(0, this.#welcomes - 1),
      errors: this.#calls.failures,
      rttMs: this.#keeper.connection?.heartbeat?.rttMs,
    };
  }

  /** Resolves when the client has ended for good, with the reason; CANCELLED when this side closed it. */
  closed(): Promise<PolywireError> {
    return this.#closed;
  }

  /** Refuses new calls, waits for the answers of the running ones, ends subscriptions, then closes. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#calls.answered();
    for (const connection of [...this.#connections]) {
      await over(connection, () => !connection.engine.outgoing.open.all().some(({ hasOneAnswer }) => hasOneAnswer));
    }
    await this.close();
  }

  /** Ends the client at once. Running calls fail with CANCELLED. Resolves when its connection has ended. */
  async close(): Promise<void> {
    const open = [...this.#connections];
    this.#end(withdrawn());
    this.#gone ??= Promise.all(open.map((connection) => connection.close(withdrawn())));
    await this.#gone;
  }

  /**
   * What calls of this client begin on, for callers that are not made by `use()`.
   * @throws PolywireError CANCELLED when the client is draining
   */
  target(): CallTarget {
    if (this.#draining) throw new PolywireError(ErrorCode.CANCELLED, 'this client is draining and takes no new calls');
    return { outgoing: this.#calls };
  }

  /** Has calls that the server makes served, on every connection. `serve()` does. */
  serveWith(serving: Serving): void {
    this.#serving = serving;
    for (const { engine } of this.#connections) engine.incoming = serving(engine, engine.incoming);
  }

  #end(error: PolywireError): void {
    this.#keeper.close(error);
  }

  async #open(url: URL, signal: AbortSignal): Promise<LastingConnection> {
    const connection: LastingConnection = new LastingConnection(this.#platform, {
      ...this.callDefaults,
      timeoutMs: this.#options.connectTimeoutMs ?? 10_000,
      fragments: this.#options.fragments,
      heartbeats,
      serving: this.#serving,
      onGoAway: (packet) => this.#onGoAway(connection, packet),
      onLost: (end) => this.#onLost(connection, lossOf(end)),
    });
    await connection.open(url, this.#hello(), signal).catch(() => {
      const loss = lossOf(connection.end as ConnectionEnd);
      // The same text would be refused again.
      const expired = loss.error.code === ErrorCode.TOKEN_EXPIRED && !this.#tokens.renews;
      throw expired ? { ...loss, final: true } : loss;
    });
    this.#connections.add(connection);
    return connection;
  }

  async #hello(): Promise<HelloRequestInit> {
    const { sessionId = '', resumeToken = '' } = this.#welcome ?? {};
    return {
      clientId: this.#options.clientId ?? '',
      token: await this.#tokens.get(),
      agent,
      schemaHash,
      ...(resumeToken !== '' && { resume: { sessionId, resumeToken } }),
    };
  }

  #onGoAway(connection: LastingConnection, packet: Packet): void {
    const request = connection.engine.readPayload(packet, GoAwayRequestReader, true);
    const { reason, retryAfterMs } = request as GoAwayRequest;
    const text = reason === '' ? 'the server asked to connect elsewhere' : reason;
    this.#leave(connection, new PolywireError(ErrorCode.DRAINING, text, { retryAfterMs }));
  }

  #leave(connection: LastingConnection, error: PolywireError): void {
    this.#keeper.leave(connection, error);
  }

  #onLost(connection: LastingConnection, loss: ConnectionLoss): void {
    if (this.#connections.delete(connection)) addTraffic(this.#past, connection.traffic);
    this.#keeper.lost(connection, loss);
  }

  #onStatus(
    status: ConnectionStatus,
    connection: LastingConnection | undefined,
    error: PolywireError | undefined,
  ): void {
    if (connection !== undefined) {
      this.#welcome = connection.welcome;
      this.#welcomes++;
    }
    this.#feed.publish(status);
    if (connection !== undefined) {
      this.#calls.onConnected(connection);
      this.#tokens.watch(connection);
      this.#leaveOthers(connection);
      this.#settleFirst(undefined);
      return;
    }
    this.#calls.onDisconnected();
    this.#tokens.stop();
    if (error === undefined) return;
    this.#stopWake?.();
    this.#calls.close(error);
    for (const open of [...this.#connections]) void open.close(error);
    this.#settleFirst(error);
    this.#resolveClosed(error);
  }

  /** Connections that are being left end when what runs on them has ended. */
  #leaveOthers(present: LastingConnection): void {
    for (const other of [...this.#connections]) {
      if (other === present) continue;
      const { incoming, outgoing } = other.engine;
      void over(other, () => incoming.running === 0 && outgoing.open.size === 0).then(() => other.close(withdrawn()));
    }
  }
}

/** Resolves when `isOver`, which is asked whenever a call of the connection has ended. */
function over({ engine, watchers }: LastingConnection, isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isOver()) resolve();
    };
    watchers.push(look);
    engine.outgoing.watchers.push(look);
    look();
  });
}

function withdrawn(): PolywireError {
  return new PolywireError(ErrorCode.CANCELLED, 'this client was closed');
}
