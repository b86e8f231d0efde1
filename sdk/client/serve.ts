import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { SessionServiceCalls } from '@polywire/protocol/polywire.session.v1';
import type { ServiceDescriptor } from '@polywire/protocol/wire';
import { IncomingCalls, PolywireError, type ServeOptions, ServiceRegistry } from '../core/index.js';
import type { BareClient } from './bare-client.js';

/** Calls of the server that may run on one connection at once. */
const MAX_CALLS = 1_024;
const registries = new WeakMap<BareClient, ServiceRegistry>();

/**
 * Serves calls that the server makes to this client, on every connection. A function of its own, so that clients which
 * only call do not carry what serves.
 *
 * ```ts
 * serve(client, Printer, { print: ({ page }) => ({ text: render(page) }) })
 * ```
 *
 * @throws PolywireError ALREADY_EXISTS when the service's id is taken
 */
export function serve<Handler>(
  client: BareClient,
  service: ServiceDescriptor<unknown, Handler>,
  handler: Partial<Handler>,
  options: ServeOptions = {},
): void {
  if (service.serviceId === SessionServiceCalls.serviceId) {
    throw new PolywireError(ErrorCode.ALREADY_EXISTS, `service id ${service.serviceId} is the session service's`);
  }
  servedBy(client).add(service, handler, options);
}

/** What a client serves. */
export function servedBy(client: BareClient): ServiceRegistry {
  const known = registries.get(client);
  if (known !== undefined) return known;
  const registry = new ServiceRegistry();
  registries.set(client, registry);
  client.serving = (link) => new IncomingCalls(link, { registry, maxCalls: MAX_CALLS });
  return registry;
}
