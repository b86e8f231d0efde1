import { ClientDataService, type ClientDataServiceClient } from '@polywire/protocol/polywire.data.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { KvService, type KvServiceClient } from '@polywire/protocol/polywire.kv.v1';
import type { HelloResponse } from '@polywire/protocol/polywire.session.v1';
import type { ServiceDescriptor } from '@polywire/protocol/wire';
import {
  type CallEngine,
  createClient,
  PolywireError,
  type ServeOptions,
  type ServiceRegistry,
} from '../core/index.js';
import type { Link } from './dialer.js';

export interface ClientParts {
  readonly engine: CallEngine;
  readonly registry: ServiceRegistry;
  readonly link: Link;
  readonly welcome: HelloResponse;
  readonly timeoutMs: number;
  readonly maxStreamBytes: number;
}

/** A connected client. Made by `connect()`. */
export class Client {
  readonly #parts: ClientParts;
  readonly #clients = new Map<string, unknown>();
  readonly #closed: Promise<PolywireError>;
  #resolveClosed: (error: PolywireError) => void = () => {};
  #draining = false;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** What the server said when it welcomed this client: session id, limits, services, level of its acks. */
  get welcome(): HelloResponse {
    return this.#parts.welcome;
  }

  /** This client's own data space. */
  get data(): ClientDataServiceClient {
    return this.use(ClientDataService);
  }

  /** The keys, changes and topics that all clients share. */
  get kv(): KvServiceClient {
    return this.use(KvService);
  }

  /** The typed client of any generated service. */
  use<ServiceClient>(service: ServiceDescriptor<ServiceClient>): ServiceClient {
    const known = this.#clients.get(service.typeName);
    if (known !== undefined) return known as ServiceClient;
    const { timeoutMs, maxStreamBytes } = this.#parts;
    const made = createClient(service, () => this.#engine(), { timeoutMs, maxStreamBytes });
    this.#clients.set(service.typeName, made);
    return made;
  }

  /** Serves calls that the server makes to this client. */
  serve<Handler>(
    service: ServiceDescriptor<unknown, Handler>,
    handler: Partial<Handler>,
    options: ServeOptions = {},
  ): void {
    this.#parts.registry.add(service, handler, options);
  }

  /** Resolves when the connection has ended, with the reason; CANCELLED when this side closed it. */
  closed(): Promise<PolywireError> {
    return this.#closed;
  }

  /**
   * Refuses new calls, waits for the answers of the running ones, ends subscriptions, then closes.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#parts.engine.outgoing.answered();
    await this.close();
  }

  /** Ends the connection at once. Running calls fail with CANCELLED. Resolves when it has ended. */
  async close(): Promise<void> {
    this.#parts.engine.close(new PolywireError(ErrorCode.CANCELLED, 'this client was closed'));
    this.#parts.link.close();
    await this.#closed;
  }

  /** For connect: the link has ended. */
  onClosed(reason: PolywireError): void {
    this.#resolveClosed(reason);
  }

  #engine(): CallEngine {
    if (this.#draining) throw new PolywireError(ErrorCode.CANCELLED, 'this client is draining and takes no new calls');
    return this.#parts.engine;
  }
}
