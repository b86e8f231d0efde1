import { type Route, RouteReader } from '@polywire/protocol/polywire.transport.v1';
import type { ByteReader } from '@polywire/protocol/wire';
import type { Packet } from './packet.js';

// A Route with nothing but a method id below 128: the tag of field 1, then the id.
const METHOD_ID_TAG = 8;
const SHORT_ROUTE_BYTES = 2;

/** The method id of a Route in its two-byte form, or 0 for any other form. */
export function shortRouteMethodId(packet: Packet): number {
  if (packet.extLen !== SHORT_ROUTE_BYTES) return 0;
  const at = packet.extStart;
  const id = packet.bytes[at + 1] as number;
  return packet.bytes[at] === METHOD_ID_TAG && id < 128 ? id : 0;
}

/** The Route of a packet that has one. Throws WireError. */
export function readRoute(packet: Packet, reader: ByteReader): Route {
  reader.reset(packet.bytes, packet.extStart, packet.payloadStart);
  return RouteReader.read(reader);
}
