import {
  Compression,
  PACKET_HEADER_BYTES,
  PacketType,
  readPacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PACKET_VERSION, Packet } from '@polywire/sdk/core';

/** What this wire says in a packet. The bytes are borrowed. */
export type OpaquePacket = Readonly<
  Pick<Packet, 'packetType' | 'compression' | 'serviceId' | 'messageId' | 'flags' | 'extLen' | 'ext' | 'payload'>
>;

// Decoding never calls out, so one object serves every connection.
const packet = new Packet();

/**
 * The packet at the beginning of a WebSocket message, or of what QUIC carried as one: bytes after
 * it are ignored, an unknown compression is none, an unknown type is one-way. TCP, where a packet
 * has to be found in a stream, is stricter: there `PacketDecoder` reads.
 *
 * @returns undefined when it is no packet; else borrowed until the next call
 */
export function decodePacket(bytes: Uint8Array): OpaquePacket | undefined {
  if (bytes.length < PACKET_HEADER_BYTES) return undefined;
  readPacketHeader(bytes, 0, packet);
  packet.bytes = bytes;
  if (packet.version !== PACKET_VERSION || packet.end > bytes.length) return undefined;
  if (packet.compression > Compression.ZLIB) packet.compression = Compression.NONE;
  if (packet.packetType > PacketType.RESPONSE) packet.packetType = PacketType.ONE_WAY;
  return packet;
}

/** What is no packet, as a one-way message with the id 0. */
export function wrapBytes(bytes: Uint8Array): OpaquePacket {
  return {
    packetType: PacketType.ONE_WAY,
    compression: Compression.NONE,
    serviceId: 0,
    messageId: 0,
    flags: 0,
    extLen: 0,
    ext: EMPTY_BYTES,
    payload: bytes,
  };
}
