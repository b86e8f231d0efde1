import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import { SERVICE_ID as SESSION_ID } from '@polywire/protocol/method-ids/polywire.session.v1.SessionService';
import type { Route } from '@polywire/protocol/polywire.transport.v1';
import type { ServiceDescriptor } from '@polywire/protocol/wire';
import {
  type CallLink,
  type CallServer,
  IncomingCalls,
  noFragments,
  type Packet,
  PolywireError,
  type ServeOptions,
  ServiceRegistry,
} from '../core/index.js';
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
  if (service.serviceId === SESSION_ID) {
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
  client.serveWith((link, control) => new ServedCalls(link, control, registry));
  return registry;
}

/** The calls of a registry, and beside them what every client answers. */
class ServedCalls extends IncomingCalls {
  readonly #link: CallLink;
  readonly #control: CallServer;

  constructor(link: CallLink, control: CallServer, registry: ServiceRegistry) {
    super(link, { registry, maxCalls: MAX_CALLS });
    this.#link = link;
    this.#control = control;
  }

  override onRequest(packet: Packet): boolean {
    if (isControl(packet)) return this.#control.onRequest(packet);
    if ((packet.flags & PacketFlag.FRAGMENTED) !== 0 && this.#link.pieces === undefined) {
      this.refuse(packet, noFragments());
      return true;
    }
    return super.onRequest(packet);
  }

  override admitsPieces(packet: Packet): boolean {
    if (!isControl(packet)) return super.admitsPieces(packet);
    // Nothing of them is that large: what there is has to do.
    this.#control.onRequest(packet);
    return false;
  }

  override onOneWay(packet: Packet, route: Route): void {
    if (isControl(packet)) this.#control.onOneWay(packet, route);
    else super.onOneWay(packet, route);
  }
}

function isControl({ serviceId }: Packet): boolean {
  return serviceId === SESSION_ID;
}
