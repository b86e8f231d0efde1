import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { Compression, PacketFlag, PacketType } from '@polywire/protocol/polywire.transport.v1';
import { type Packet, PacketDecoder, PolywireError } from '@polywire/sdk/core';
import { toHex } from './hex.js';
import { type Method, messageType, methodNamed, type Service, services } from './schema.js';
import { messageJson } from './show-message.js';

const typeNames = {
  [PacketType.ONE_WAY]: 'one-way',
  [PacketType.REQUEST]: 'request',
  [PacketType.RESPONSE]: 'response',
};
const compressionNames = { [Compression.NONE]: 'none', [Compression.ZSTD]: 'zstd', [Compression.ZLIB]: 'zlib' };
const flagNames = [
  [PacketFlag.FRAGMENTED, 'fragmented'],
  [PacketFlag.PRIORITY, 'priority'],
  [PacketFlag.ROUTE, 'route'],
  [PacketFlag.MORE, 'more'],
  [PacketFlag.CANCEL, 'cancel'],
] as const;

/** What a packet says. */
export interface PacketDescription {
  readonly bytes: number;
  readonly header: {
    readonly version: number;
    readonly compression: string;
    readonly packetType: string;
    readonly serviceId: number;
    readonly messageId: number;
    readonly extLen: number;
    readonly payloadLen: number;
    readonly flags: number;
    readonly flagNames: readonly string[];
  };
  /** Full name; missing for an opaque packet and for a service that the schema does not have. */
  readonly service?: string;
  readonly method?: string;
  /** Present when the extension header is a Route. */
  readonly route?: JsonValue;
  /** The payload, when its type is known. */
  readonly message?: { readonly type: string; readonly value: JsonValue };
  /** Why the payload is not shown as a message. */
  readonly note?: string;
  /** The payload, when it is not shown as a message, which hides what is secret. */
  readonly payloadHex?: string;
}

/**
 * Describes every packet of a stream of packets.
 *
 * @param methodName the method of packets that do not carry it, as the response of a unary call
 * @throws PolywireError when the bytes are not whole packets of this wire
 */
export function describePackets(bytes: Uint8Array, methodName: string | undefined): PacketDescription[] {
  const packets: PacketDescription[] = [];
  const decoder = new PacketDecoder({ maxPayloadBytes: bytes.length });
  decoder.push(bytes, (packet) => packets.push(describePacket(packet, methodName)));
  if (decoder.pendingBytes > 0 || packets.length === 0) {
    const text = `${decoder.pendingBytes} bytes after ${packets.length} packets are not a whole packet: a header has 16 bytes and tells how many follow`;
    throw new PolywireError(ErrorCode.MALFORMED_PACKET, text);
  }
  return packets;
}

function describePacket(packet: Packet, methodName: string | undefined): PacketDescription {
  const { version, serviceId, messageId, extLen, payloadLen, flags } = packet;
  const service = services.find((each) => each.serviceId === serviceId);
  const route = (flags & PacketFlag.ROUTE) === 0 ? undefined : readRoute(packet);
  const method = methodOf(packet, service, route, methodName);
  return {
    bytes: packet.end - packet.start,
    header: {
      version,
      compression: compressionNames[packet.compression],
      packetType: typeNames[packet.packetType],
      serviceId,
      messageId,
      extLen,
      payloadLen,
      flags,
      flagNames: flagNames.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name])),
    },
    ...(service !== undefined && { service: service.typeName }),
    ...(method !== undefined && { method: method.name }),
    ...(route !== undefined && { route: route.json }),
    ...describePayload(packet, service, method, route),
  };
}

type PayloadDescription = Pick<PacketDescription, 'message' | 'note' | 'payloadHex'>;

interface RouteFacts {
  readonly json: JsonValue;
  readonly methodId: number;
  readonly code: number;
}

function readRoute(packet: Packet): RouteFacts {
  const json = messageJson(messageType('polywire.transport.v1.Route'), packet.ext);
  const { methodId = 0, code = 0 } = json as { methodId?: number; code?: number };
  return { json, methodId, code };
}

function methodOf(
  packet: Packet,
  service: Service | undefined,
  route: RouteFacts | undefined,
  name: string | undefined,
): Method | undefined {
  if (service === undefined) return undefined;
  const routed = service.methods.find((method) => method.methodId === route?.methodId);
  if (routed !== undefined) return routed;
  // A request always says its method; only an answer may leave it out.
  return name === undefined || packet.packetType === PacketType.REQUEST ? undefined : methodNamed(service, name);
}

function describePayload(
  packet: Packet,
  service: Service | undefined,
  method: Method | undefined,
  route: RouteFacts | undefined,
): PayloadDescription {
  if (packet.serviceId === 0) return raw(packet, 'an opaque packet: its payload has no type');
  if (service === undefined) return raw(packet, `the schema has no service ${packet.serviceId}`);
  if ((packet.flags & PacketFlag.CANCEL) !== 0) return raw(packet, 'the call is withdrawn');
  if (packet.compression !== Compression.NONE) return raw(packet, 'the payload is compressed');
  if (route !== undefined && route.code !== 0) return decoded(packet, messageType('polywire.errors.v1.Error'));
  if (method === undefined) {
    const isAnswer = packet.packetType !== PacketType.REQUEST;
    return raw(packet, isAnswer ? 'the packet does not say its method: give --method' : 'its method is not known');
  }
  return decoded(packet, isRequest(packet, method, route) ? method.request : method.response);
}

/** A one-way packet with a method is a call that wants no answer, or an item of a fan-out. */
function isRequest(packet: Packet, method: Method, route: RouteFacts | undefined): boolean {
  if (packet.packetType !== PacketType.ONE_WAY) return packet.packetType === PacketType.REQUEST;
  return !method.fanout && route?.methodId === method.methodId;
}

function raw(packet: Packet, note: string): PayloadDescription {
  return { note, payloadHex: toHex(packet.payload) };
}

function decoded(packet: Packet, desc: DescMessage): PayloadDescription {
  return { message: { type: desc.typeName, value: messageJson(desc, packet.payload) } };
}
