import type { DescMessage } from '@bufbuild/protobuf';
import { errorName, type MethodInfo, messageDesc, methodByIds, serviceName } from '../schema/registry.js';
import { decodeMessage, decodeRoute, type Route } from './message-codec.js';
import { CANCEL, MORE, ONE_WAY, type Packet, PacketReader, REQUEST, RESPONSE, ROUTE } from './packet.js';

const MAX_TEXT = 300;
// A large message is mostly one value, and decoding it again costs more than all else here.
const MAX_DECODED_BYTES = 16_384;
const MAX_BYTES = 268_435_456;
const types = ['one-way', 'request', 'response'];
const flagNames: readonly (readonly [number, string])[] = [
  [1, 'fragmented'],
  [2, 'priority'],
  [ROUTE, 'route'],
  [MORE, 'more'],
  [CANCEL, 'cancel'],
];

/** One line a packet; one line for what is not a packet. Never throws. */
export function describeBytes(bytes: Uint8Array): string[] {
  const reader = new PacketReader(MAX_BYTES);
  try {
    const lines = reader.push(bytes).map((packet) => describePacket(packet, undefined));
    if (reader.pendingBytes > 0) lines.push(`${reader.pendingBytes} bytes of an unfinished packet`);
    return lines;
  } catch (error) {
    return [`not packets: ${(error as Error).message}`];
  }
}

/** A packet in words. `answered` is the method of the call that a response belongs to. */
export function describePacket(packet: Packet, answered: MethodInfo | undefined): string {
  const { type, serviceId, messageId, flags } = packet;
  const named = flagNames.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const service = serviceId === 0 ? 'opaque' : (serviceName(serviceId) ?? `service ${serviceId}`);
  const head = [types[type], service, `id ${messageId}`, ...named];
  const route = (flags & ROUTE) === 0 ? undefined : tryRoute(packet.ext);
  if (route === undefined && (flags & ROUTE) !== 0) return `${head.join(' ')}: the extension header is not a Route`;
  const method = route !== undefined && type !== RESPONSE ? methodByIds(serviceId, route.methodId) : answered;
  if (method !== undefined) head.push(method.desc.name);
  if (route !== undefined && route.code !== 0) head.push(errorName(route.code));
  if (route !== undefined && route.fanoutId !== 0) head.push(`fan-out ${route.fanoutId}`);
  const desc = payloadType(packet, method, route);
  const payload = packet.payload.length === 0 ? '' : ` ${describePayload(desc, packet.payload)}`;
  return `${head.join(' ')}${payload}`;
}

function payloadType(
  packet: Packet,
  method: MethodInfo | undefined,
  route: Route | undefined,
): DescMessage | undefined {
  if (route !== undefined && (route.code ?? 0) !== 0) return messageDesc('polywire.errors.v1.Error');
  if (packet.type === REQUEST) return method?.desc.input;
  if (packet.type === ONE_WAY && !method?.fanout) return method?.desc.input;
  return method?.desc.output;
}

function describePayload(desc: DescMessage | undefined, payload: Uint8Array): string {
  if (desc === undefined) return `${payload.length} bytes`;
  if (payload.length > MAX_DECODED_BYTES) return `${payload.length} bytes of ${desc.name}`;
  try {
    const text = JSON.stringify(decodeMessage(desc, payload));
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  } catch {
    return `${payload.length} bytes that are not a ${desc.name}`;
  }
}

function tryRoute(ext: Uint8Array): Required<Route> | undefined {
  try {
    return decodeRoute(ext);
  } catch {
    return undefined;
  }
}
