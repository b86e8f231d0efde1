import type { CallDescriptor, CallsDescriptor } from '@polywire/protocol/wire';
import type { PolywireError } from '../core/index.js';

/**
 * Follows one stream of responses, so that it can go on over a new connection.
 *
 * Invariant: the position is moved on before the application sees an item. What the application
 * has seen is therefore never asked for again, and what it was not given always is.
 */
export interface Follower<Request, Item> {
  /** The request that goes on behind the last item taken. */
  resumeRequest(): Request;
  /**
   * Moves the position on to an item that arrived, and emits what the application is to see:
   * nothing for a duplicate; first an item that tells of a loss, when there was one.
   */
  take(item: Item, emit: (item: Item) => void): void;
  /**
   * The server cannot go on from the position. True: ask again, resumeRequest() now begins anew,
   * and take() tells of the loss. False, or missing: the stream fails with the error.
   */
  refused?(error: PolywireError): boolean;
}

/** How the streams of one method go on. */
export interface Resumption<Request, Item> {
  follow(request: Request, session: OwnSession): Follower<Request, Item>;
}

/** What a follower may know of its client. */
export interface OwnSession {
  /** The id is, or was, that of this client's session. */
  isOwn(sessionId: string): boolean;
}

// A table holds methods of every type, so it is typed loosely; what it is made of is typed exactly.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyResumption = Resumption<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyFollower = Follower<any, any>;

/** Resumptions by the property that a method has on its client, such as `watch`. */
export type Resumptions = Readonly<Record<string, AnyResumption>>;

/** A stream without a position: it begins anew, and shows that with what it begins with. */
export const restart: Resumption<unknown, unknown> = {
  follow: (request) => ({ resumeRequest: () => request, take: (item, emit) => emit(item) }),
};

/** The resumptions that a client knows, found by method. */
export class ResumptionTable {
  readonly #byMethod = new Map<CallDescriptor, AnyResumption>();
  readonly #builtIn: Readonly<Record<string, Resumptions>>;
  readonly #services = new Set<CallsDescriptor>();

  /** @param builtIn by the full name of a service */
  constructor(builtIn: Readonly<Record<string, Resumptions>>) {
    this.#builtIn = builtIn;
  }

  /** Adds those of a service: its own, else the built-in ones. */
  add(service: CallsDescriptor, own: Resumptions | undefined): void {
    if (this.#services.has(service) && own === undefined) return;
    this.#services.add(service);
    for (const [property, resumption] of Object.entries(own ?? this.#builtIn[service.typeName] ?? {})) {
      const method = service.methods[property];
      if (method !== undefined) this.#byMethod.set(method, resumption);
    }
  }

  find(method: CallDescriptor): AnyResumption | undefined {
    return this.#byMethod.get(method);
  }
}
