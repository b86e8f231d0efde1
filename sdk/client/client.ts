import { ClientDataServiceCalls, type ClientDataServiceClient } from '@polywire/protocol/polywire.data.v1';
import { IoServiceCalls, type IoServiceClient } from '@polywire/protocol/polywire.io.v1';
import { KvServiceCalls, type KvServiceClient } from '@polywire/protocol/polywire.kv.v1';
import type { CallsDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { fragments, type ServeOptions } from '../core/index.js';
import { type AskOptions, ask } from './ask.js';
import { BareClient } from './bare-client.js';
import type { ConnectOptions } from './connect-options.js';
import { type HeldLock, type LockOptions, lock } from './lock.js';
import { offerService } from './offer-service.js';
import type { Platform } from './platform.js';
import { serve, servedBy } from './serve.js';
import { type Worker, type WorkHandler, type WorkOptions, work } from './worker.js';

export interface OfferOptions extends ServeOptions, WorkOptions {
  /** Other clients may ask for it, through the server. Default: true. */
  readonly offer?: boolean;
}

/** A client with all of Polywire's own services at hand. Made by `connect()`. */
export class Client extends BareClient {
  constructor(platform: Platform, urls: readonly URL[], options: ConnectOptions) {
    super(platform, urls, { fragments, ...options });
  }

  /** This client's own data space. */
  get data(): ClientDataServiceClient {
    return this.use(ClientDataServiceCalls);
  }

  /** The keys, changes and topics that all clients share. */
  get kv(): KvServiceClient {
    return this.use(KvServiceCalls);
  }

  /** Topics with their history, presence, directed work and locks. */
  get io(): IoServiceClient {
    return this.use(IoServiceCalls);
  }

  /**
   * Serves a service: to the server, which calls this client, and to other clients, which `ask()` for it. What is
   * returned tells whether the server took the offer; undefined without one.
   */
  serve<Handler>(
    service: ServiceDescriptor<unknown, Handler>,
    handler: Partial<Handler>,
    options: OfferOptions = {},
  ): Worker | undefined {
    serve(this, service, handler, options);
    return options.offer === false ? undefined : offerService(this, servedBy(this), service, options);
  }

  /** Offers to do tasks of a kind that others ask for by name, with `client.io.request({ worker: name, payload })`. */
  worker(name: string, handler: WorkHandler, options: WorkOptions = {}): Worker {
    return work(this, name, handler, options);
  }

  /**
   * The typed client of a service that another client serves. Calls fail with NO_WORKER when nobody does, and with
   * WORKER_LOST when the one who does is lost.
   */
  ask<ServiceClient>(service: CallsDescriptor<ServiceClient>, options: AskOptions = {}): ServiceClient {
    return ask(this, service, options);
  }

  /**
   * Takes a lock, which renews itself until it is released; undefined when somebody else holds it.
   *
   * ```ts
   * const held = await client.lock('nightly-report', { waitMs: 5_000 })
   * ```
   */
  lock(name: string, options: LockOptions = {}): Promise<HeldLock | undefined> {
    return lock(this, name, options);
  }
}
