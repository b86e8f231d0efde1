import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import { PACKET_HEADER_BYTES, type PacketHeader } from '@polywire/protocol/polywire.transport.v1';
import type { AnyWriter } from '@polywire/protocol/wire';
import type { PacketWriter } from './packet-writer.js';

// What only servers write, and who cuts messages into pieces: not every page loads it.

/** Appends the response of a unary call that succeeded: the common case, with no Route at all. Throws as `message`. */
export function writeResponse(
  writer: PacketWriter,
  serviceId: number,
  messageId: number,
  codec: AnyWriter,
  message: unknown,
): void {
  const { out } = writer;
  const start = out.reserve(PACKET_HEADER_BYTES);
  try {
    codec.write(message, out);
    writer.finish(start, start + PACKET_HEADER_BYTES, PacketType.RESPONSE, serviceId, messageId, 0);
  } catch (error) {
    out.pos = start;
    throw error;
  }
}

/** Appends a packet of which everything is encoded already. Throws as `message`. */
export function writeEncoded(
  writer: PacketWriter,
  packetType: PacketHeader['packetType'],
  serviceId: number,
  messageId: number,
  flags: number,
  ext: Uint8Array | undefined,
  payload: Uint8Array,
): void {
  const { out } = writer;
  const start = out.reserve(PACKET_HEADER_BYTES);
  try {
    if (ext !== undefined) out.raw(ext);
    const extEnd = out.pos;
    out.raw(payload);
    writer.finish(start, extEnd, packetType, serviceId, messageId, flags);
  } catch (error) {
    out.pos = start;
    throw error;
  }
}
