import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallContext, MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { type HookedCall, type Hooks, runWithHooks } from './hooks.js';

/** A method together with what serves it. */
export interface BoundMethod {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  /** The handler copies what it keeps, so requests may hold views of the connection's buffer. */
  readonly borrowed: boolean;
  /**
   * Checks the request against the schema, runs the hooks and the handler. Returns what the
   * handler returned, or a promise of it. Throws, or rejects with, whatever they throw.
   */
  invoke(request: unknown, context: CallContext): unknown;
  /** Throws when a message of a client stream breaks a rule of the schema or may not be sent. */
  check(request: unknown, context: CallContext): void;
}

/**
 * Decides whether calls may be made: asked once a method, when its service is added. What it returns
 * runs before every call, and for each message of a stream of requests, and throws when it may not
 * be. At the start of such a stream the request is undefined. Undefined: everybody may.
 */
export type CallGuard = (
  service: ServiceDescriptor,
  method: MethodDescriptor,
) => ((request: unknown, context: CallContext) => void) | undefined;

export interface ServeOptions {
  /**
   * The handler reads a request's bytes fields before its first await, or copies them. Saves one
   * copy a call. Default: false, requests own their bytes.
   */
  readonly borrowed?: boolean;
}

type AnyHandlerMethod = (request: unknown, context: CallContext) => unknown;

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
      const serve = (handler as Record<string, AnyHandlerMethod | undefined>)[property]?.bind(handler);
      bound[method.methodId] = this.#bind(service, method, serve, options.borrowed ?? false);
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
    const methods = this.#methods[serviceId];
    if (methods === undefined) {
      throw new PolywireError(ErrorCode.UNKNOWN_SERVICE, `no service with id ${serviceId} is offered here`, {
        details: { service_id: String(serviceId) },
      });
    }
    const bound = methods[methodId];
    if (bound === undefined) {
      const name = this.#services.get(serviceId)?.typeName ?? '';
      throw new PolywireError(ErrorCode.UNKNOWN_METHOD, `${name} has no method with id ${methodId}`, {
        details: { service_id: String(serviceId), method_id: String(methodId) },
      });
    }
    return bound;
  }

  #bind(
    service: ServiceDescriptor,
    method: MethodDescriptor,
    serve: AnyHandlerMethod | undefined,
    borrowed: boolean,
  ): BoundMethod {
    const hooks = this.#hooks;
    const takesOne = method.kind === 'unary' || method.kind === 'server-stream';
    const checkMessage = method.request.check;
    const guard = this.#guard?.(service, method);
    const check =
      guard === undefined
        ? (request: unknown): void => checkMessage?.(request)
        : (request: unknown, context: CallContext): void => {
            checkMessage?.(request);
            guard(request, context);
          };
    const checkStart = (request: unknown, context: CallContext): void => {
      if (takesOne) check(request, context);
      else guard?.(undefined, context);
    };
    const run = (request: unknown, context: CallContext): unknown => {
      if (serve === undefined) {
        throw new PolywireError(ErrorCode.UNIMPLEMENTED, `${service.typeName}.${method.name} is not served here`);
      }
      return serve(request, context);
    };
    const invoke = (request: unknown, context: CallContext): unknown => {
      if (hooks.length === 0) {
        checkStart(request, context);
        return run(request, context);
      }
      const call: HookedCall = { service, method, context, request };
      return runWithHooks(
        hooks,
        call,
        () => checkStart(request, context),
        () => run(request, context),
      );
    };
    return {
      service,
      method,
      // With hooks the handler begins in a later turn, when borrowed bytes are gone.
      get borrowed() {
        return borrowed && hooks.length === 0;
      },
      invoke,
      check,
    };
  }
}
