import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import type { CallDescriptor, CallsDescriptor } from '@polywire/protocol/wire';
import type { CallLink } from './call-link.js';

/** Sends a call that wants no answer. */
export function oneWay(link: CallLink, { serviceId }: CallsDescriptor, method: CallDescriptor, request: unknown): void {
  link.write(PacketType.ONE_WAY, serviceId, 0, 0, { methodId: method.methodId }, method.request, request);
}
