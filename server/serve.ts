import type { ServiceDescriptor } from '@polywire/protocol/wire';
import type { ServeOptions, ServiceRegistry } from '@polywire/sdk/core';

/** A service with its handler, ready to be offered by a server. */
export interface ServedService {
  addTo(registry: ServiceRegistry): void;
}

/**
 * Joins a generated service with what serves it.
 *
 * ```ts
 * createServer({ services: [serve(ChatService, { send: (request) => ({ id: save(request.text) }) })] })
 * ```
 *
 * A method that the handler lacks is answered with UNIMPLEMENTED. A handler answers with a value
 * or a promise of one, and fails a call by throwing a PolywireError; anything else that it throws
 * reaches the caller as INTERNAL without its text.
 */
export function serve<Handler>(
  service: ServiceDescriptor<unknown, Handler>,
  handler: Partial<Handler>,
  options: ServeOptions = {},
): ServedService {
  return { addTo: (registry) => registry.add(service, handler, options) };
}
