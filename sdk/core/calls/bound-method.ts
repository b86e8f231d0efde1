import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import type { AnyCodec, CallContext, MethodDescriptor, ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { type HookedCall, type Hooks, runWithHooks } from './hooks.js';

/** Throws when a call may not be made. */
export type CallCheck = (request: unknown, context: CallContext) => void;
/** A method of a handler, called on it. */
export type ServeMethod = (this: unknown, request: unknown, context: CallContext) => unknown;

export interface BoundMethodParts {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly handler: unknown;
  /** Undefined: the handler lacks the method. */
  readonly serve: ServeMethod | undefined;
  /** Undefined: everybody may call it. */
  readonly guard: CallCheck | undefined;
  readonly borrowed: boolean;
  /** Looked at by every call, so hooks may be added later. */
  readonly hooks: readonly Hooks[];
}

/**
 * A method together with what serves it.
 *
 * Every call comes by here. An object of one shape, without a closure in it, costs it no search for a property.
 */
export class BoundMethod {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly serviceId: number;
  /** Codec of its requests. */
  readonly request: AnyCodec;
  /** Codec of its responses. */
  readonly response: AnyCodec;
  /** A call has one request, not a stream of them. */
  readonly takesOne: boolean;
  /** A call has one response, not a stream of them. */
  readonly givesOne: boolean;
  /** A call is a subscription. */
  readonly fanout: boolean;
  readonly #checkMessage: ((message: unknown) => void) | undefined;
  readonly #guard: CallCheck | undefined;
  readonly #handler: unknown;
  readonly #serve: ServeMethod | undefined;
  readonly #borrowed: boolean;
  readonly #hooks: readonly Hooks[];

  constructor({ service, method, handler, serve, guard, borrowed, hooks }: BoundMethodParts) {
    const { kind } = method;
    this.service = service;
    this.method = method;
    this.serviceId = service.serviceId;
    this.request = method.request;
    this.response = method.response;
    this.takesOne = kind === 'unary' || kind === 'server-stream';
    this.givesOne = kind === 'unary' || kind === 'client-stream';
    this.fanout = method.fanout;
    this.#checkMessage = method.request.check;
    this.#guard = guard;
    this.#handler = handler;
    this.#serve = serve;
    this.#borrowed = borrowed;
    this.#hooks = hooks;
  }

  /**
   * The handler copies what it keeps, so requests may hold views of the connection's buffer. Not with hooks: the
   * handler then begins in a later turn, when borrowed bytes are gone.
   */
  get borrowed(): boolean {
    return this.#borrowed && this.#hooks.length === 0;
  }

  /**
   * Checks the request against the schema, runs the hooks and the handler. Returns what the
   * handler returned, or a promise of it. Throws, or rejects with, whatever they throw.
   */
  invoke(request: unknown, context: CallContext): unknown {
    if (this.#hooks.length > 0) return this.#invokeWithHooks(request, context);
    this.#checkStart(request, context);
    return this.#run(request, context);
  }

  /** Throws when a message of a client stream breaks a rule of the schema or may not be sent. */
  check(request: unknown, context: CallContext): void {
    this.#checkMessage?.(request);
    this.#guard?.(request, context);
  }

  #checkStart(request: unknown, context: CallContext): void {
    if (this.takesOne) this.check(request, context);
    else this.#guard?.(undefined, context);
  }

  #run(request: unknown, context: CallContext): unknown {
    const serve = this.#serve;
    if (serve === undefined) throw this.#unimplemented();
    return serve.call(this.#handler, request, context);
  }

  #unimplemented(): PolywireError {
    const name = `${this.service.typeName}.${this.method.name}`;
    return new PolywireError(ErrorCode.UNIMPLEMENTED, `${name} is not served here`);
  }

  #invokeWithHooks(request: unknown, context: CallContext): Promise<unknown> {
    const call: HookedCall = { service: this.service, method: this.method, context, request };
    return runWithHooks(
      this.#hooks,
      call,
      () => this.#checkStart(request, context),
      () => this.#run(request, context),
    );
  }
}
