import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { BoundMethod, type CallCheck, type ServeMethod } from './bound-method.js';
import type { Hooks } from './hooks.js';

/**
 * Decides whether calls may be made: asked once a method, when its service is added. What it returns
 * runs before every call, and for each message of a stream of requests, and throws when it may not
 * be. At the start of such a stream the request is undefined. Undefined: everybody may.
 */
export type CallGuard = (service: ServiceDescriptor, method: MethodDescriptor) => CallCheck | undefined;

export interface ServeOptions {
  /**
   * The handler reads a request's bytes fields before its first await, or copies them. Saves one
   * copy a call. Default: false, requests own their bytes.
   */
  readonly borrowed?: boolean;
}

/** The services that one side offers, found by the ids in a packet. */
export class ServiceRegistry {
  readonly #methods: (BoundMethod | undefined)[][] = [];
  readonly #services = new Map<number, ServiceDescriptor>();
  readonly #hooks: Hooks[] = [];
  readonly #guard: CallGuard | undefined;

  /** @param guard decides whether calls may be made. Left out: everybody may call everything */
  constructor(guard?: CallGuard) {
    this.#guard = guard;
  }

  /**
   * Offers a service. A method that the handler lacks is answered with UNIMPLEMENTED.
   * @throws PolywireError ALREADY_EXISTS when its id is taken
   */
  add<Handler>(
    service: ServiceDescriptor<unknown, Handler>,
    handler: Partial<Handler>,
    options: ServeOptions = {},
  ): void {
    const taken = this.#services.get(service.serviceId);
    if (taken !== undefined) {
      throw new PolywireError(
        ErrorCode.ALREADY_EXISTS,
        `service id ${service.serviceId} of ${service.typeName} is taken by ${taken.typeName}`,
      );
    }
    this.#services.set(service.serviceId, service);
    const bound: (BoundMethod | undefined)[] = [];
    for (const [property, method] of Object.entries(service.methods)) {
      bound[method.methodId] = new BoundMethod({
        service,
        method,
        handler,
        serve: (handler as Record<string, ServeMethod | undefined>)[property],
        guard: this.#guard?.(service, method),
        borrowed: options.borrowed ?? false,
        hooks: this.#hooks,
      });
    }
    this.#methods[service.serviceId] = bound;
  }

  /** Adds hooks that run around every call, after those that are there. */
  use(hooks: Hooks): void {
    this.#hooks.push(hooks);
  }

  /**
   * Hooks run around calls: a handler then begins after `invoke` has returned, so a request must
   * own its bytes.
   */
  get hooked(): boolean {
    return this.#hooks.length > 0;
  }

  /** Ids of the services that are offered, ascending. */
  get serviceIds(): number[] {
    return [...this.#services.keys()].sort((a, b) => a - b);
  }

  /** @throws PolywireError UNKNOWN_SERVICE or UNKNOWN_METHOD */
  find(serviceId: number, methodId: number): BoundMethod {
    return this.#methods[serviceId]?.[methodId] ?? this.#unknown(serviceId, methodId);
  }

  #unknown(serviceId: number, methodId: number): never {
    const service = this.#services.get(serviceId);
    if (service === undefined) {
      throw new PolywireError(ErrorCode.UNKNOWN_SERVICE, `no service with id ${serviceId} is offered here`, {
        details: { service_id: String(serviceId) },
      });
    }
    throw new PolywireError(ErrorCode.UNKNOWN_METHOD, `${service.typeName} has no method with id ${methodId}`, {
      details: { service_id: String(serviceId), method_id: String(methodId) },
    });
  }
}
