import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  type GoAwayRequestInit,
  type HelloRequest,
  type HelloResponseInit,
  SessionService,
  type SessionServiceHandler,
} from '@polywire/protocol/polywire.session.v1';
import type { MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import type { Dial, LinkHandler } from '../client/dialer.js';
import {
  type CallEngine,
  type CallLink,
  type Clock,
  createClient,
  createEngine,
  fragments,
  IncomingCalls,
  oneWay,
  PolywireError,
  ServiceRegistry,
} from '../core/index.js';

const MAX_STREAM_BYTES = 4_194_304;

export interface MemoryServerOptions {
  readonly clock: Clock;
  /** Largest payload that it accepts, in bytes. Default: 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** Largest message in pieces. Default: messages are never cut. */
  readonly maxMessageBytes?: number;
  /** What Hello is answered with, beside the limits and the services. Throws to refuse. */
  welcome?(request: HelloRequest, connection: MemoryConnection): HelloResponseInit;
  /** Answers SessionService's other calls in place of the built-in answers. */
  readonly session?: Partial<SessionServiceHandler>;
}

/**
 * A server in this process for tests: no socket, but the same packets, codecs, checks and errors.
 * Its connections can be cut, stalled and sent away.
 */
export class MemoryServer {
  readonly #offer: (services: ServiceRegistry) => void;
  readonly #options: MemoryServerOptions;
  /** Every connection since the start, also those that ended. */
  readonly connections: MemoryConnection[] = [];
  /** Set: nobody can connect, with this error. */
  unreachable: PolywireError | undefined;
  /** Addresses that were dialled. */
  readonly dialled: string[] = [];

  /** @param offer adds the services that every connection serves */
  constructor(offer: (services: ServiceRegistry) => void, options: MemoryServerOptions) {
    this.#offer = offer;
    this.#options = options;
  }

  /** The newest connection. */
  get connection(): MemoryConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }

  readonly dial: Dial = (url, { signal }, handler) => {
    this.dialled.push(url.href);
    if (signal?.aborted === true) {
      return Promise.reject(new PolywireError(ErrorCode.CANCELLED, 'connecting was withdrawn'));
    }
    if (this.unreachable !== undefined) return Promise.reject(this.unreachable);
    const connection = new MemoryConnection(this.#offer, this.#options, handler);
    this.connections.push(connection);
    return Promise.resolve(connection.clientLink);
  };
}

/** The server's end of one connection. */
export class MemoryConnection {
  readonly #handler: LinkHandler;
  readonly #engine: CallEngine;
  /** The Hello that came. */
  hello: HelloRequest | undefined;
  sessionId = 'in-memory';
  clientId = '';
  open = true;
  #stalled = false;

  constructor(offer: (services: ServiceRegistry) => void, options: MemoryServerOptions, handler: LinkHandler) {
    this.#handler = handler;
    const { clock, maxPayloadBytes = 1_048_576, maxMessageBytes = 0, welcome, session } = options;
    const registry = new ServiceRegistry();
    const engineOptions = {
      clock,
      createEngine,
      fragments,
      serve: (link: CallLink) => new IncomingCalls(link, { registry, maxCalls: 1_024 }),
      defer: queueMicrotask,
      maxPayloadBytes,
      maxSendPayloadBytes: maxPayloadBytes,
      maxMessageBytes,
      maxStreamBytes: MAX_STREAM_BYTES,
    };
    this.#engine = createEngine(engineOptions, {
      peer: this,
      // The bytes are borrowed, and the other side sees them in a later turn.
      send: (bytes) => {
        const copy = bytes.slice();
        this.#later(() => handler.onBytes(copy));
        return true;
      },
    });
    registry.add(SessionService, {
      ping: (request) => request,
      ...session,
      hello: (request) => {
        this.hello = request;
        this.clientId = request.clientId;
        const answer: HelloResponseInit = {
          sessionId: this.sessionId,
          clientId: request.clientId,
          serviceIds: registry.serviceIds,
          limits: { maxPayloadBytes, maxMessageBytes },
          ...welcome?.(request, this),
        };
        this.sessionId = answer.sessionId ?? '';
        return answer;
      },
    });
    offer(registry);
  }

  readonly clientLink = {
    send: (bytes: Uint8Array): boolean => {
      const copy = bytes.slice();
      this.#later(() => {
        try {
          this.#engine.receive(copy);
        } catch (thrown) {
          this.cut(PolywireError.from(thrown));
        }
      });
      return true;
    },
    close: (): void => queueMicrotask(() => this.cut(new PolywireError(ErrorCode.CANCELLED, 'the link was closed'))),
    destroy: (): void => queueMicrotask(() => this.cut(new PolywireError(ErrorCode.CANCELLED, 'the link was closed'))),
  };

  /** Makes calls of what the client serves. */
  use<Client>(service: ServiceDescriptor<Client>): Client {
    return createClient(service, () => this.#engine, { timeoutMs: 0, maxStreamBytes: MAX_STREAM_BYTES });
  }

  /** Asks the client to connect elsewhere. */
  goAway(request: GoAwayRequestInit = {}): void {
    oneWay(this.#engine, SessionService, SessionService.methods.goAway as MethodDescriptor, request);
  }

  /** Ends the connection, for both sides. */
  cut(error = new PolywireError(ErrorCode.UNAVAILABLE, 'the connection was cut'), closeCode?: number): void {
    if (!this.open) return;
    this.open = false;
    this.#engine.close(error);
    this.#handler.onClose(error, closeCode);
  }

  /** From now on nothing arrives any more, in either direction, and nobody is told. */
  stall(): void {
    this.#stalled = true;
  }

  #later(run: () => void): void {
    queueMicrotask(() => {
      if (this.open && !this.#stalled) run();
    });
  }
}
