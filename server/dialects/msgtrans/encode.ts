import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  Compression,
  PACKET_HEADER_BYTES,
  type PacketHeader,
  PacketType,
  writePacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { ByteWriter, EMPTY_BYTES } from '@polywire/protocol/wire';
import { PACKET_VERSION, PolywireError } from '@polywire/sdk/core';
import type { MsgTransHead } from './msgtrans.js';

const MAX_BIZ_TYPE = 255;
// ext_len is 16 bits wide.
const MAX_EXT_BYTES = 65_535;
/** A writer that grew beyond this for a large payload is not kept. */
const MAX_KEPT_BYTES = 65_536;

// Sending borrows, and never calls back: one writer serves every connection.
let writer = new ByteWriter(1_024);
const header: PacketHeader = {
  version: PACKET_VERSION,
  compression: Compression.NONE,
  packetType: PacketType.ONE_WAY,
  serviceId: 0,
  messageId: 0,
  extLen: 0,
  payloadLen: 0,
  flags: 0,
};

/**
 * A packet, as `writePacket` writes it.
 * @returns borrowed until the next call
 */
export function encodePacket(
  packetType: PacketType,
  messageId: number,
  payload: Uint8Array | string,
  head: MsgTransHead,
  maxPayloadBytes: number,
): Uint8Array {
  if (writer.capacity > MAX_KEPT_BYTES) writer = new ByteWriter(1_024);
  else writer.reset();
  writePacket(writer, packetType, messageId, payload, head, maxPayloadBytes);
  return writer.view();
}

/**
 * Writes a packet. Its payload is never compressed: clients hand payloads to their application as
 * they came.
 * @throws PolywireError PACKET_TOO_LARGE, INVALID_ARGUMENT; nothing is written then
 */
export function writePacket(
  into: ByteWriter,
  packetType: PacketType,
  messageId: number,
  payload: Uint8Array | string,
  { bizType = 0, ext = EMPTY_BYTES }: MsgTransHead,
  maxPayloadBytes: number,
): void {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  checkHead(bizType, ext);
  if (bytes.length > maxPayloadBytes) {
    const text = `a payload of ${bytes.length} bytes cannot be sent to a MsgTrans client; the limit is ${maxPayloadBytes}`;
    throw new PolywireError(ErrorCode.PACKET_TOO_LARGE, text, {
      details: { length: String(bytes.length), limit: String(maxPayloadBytes) },
    });
  }
  header.packetType = packetType;
  header.serviceId = bizType;
  header.messageId = messageId;
  header.extLen = ext.length;
  header.payloadLen = bytes.length;
  const start = into.reserve(PACKET_HEADER_BYTES);
  into.raw(ext);
  into.raw(bytes);
  writePacketHeader(header, into.dataView, start);
}

function checkHead(bizType: number, ext: Uint8Array): void {
  if (!Number.isInteger(bizType) || bizType < 0 || bizType > MAX_BIZ_TYPE) {
    const text = `bizType ${bizType} is not a whole number from 0 to ${MAX_BIZ_TYPE}`;
    throw new PolywireError(ErrorCode.INVALID_ARGUMENT, text);
  }
  if (ext.length > MAX_EXT_BYTES) {
    const text = `an extension header of ${ext.length} bytes does not fit; a packet has room for ${MAX_EXT_BYTES}`;
    throw new PolywireError(ErrorCode.INVALID_ARGUMENT, text);
  }
}
