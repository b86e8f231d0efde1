import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import {
  Compression,
  PACKET_HEADER_BYTES,
  PacketFlag,
  type PacketHeader,
  PacketType,
  RouteCodec,
  type RouteInit,
  writePacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { type AnyWriter, ByteWriter } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { PACKET_VERSION } from './packet.js';

const MAX_KEPT_BYTES = 65_536;
// ext_len is 16 bits wide.
const MAX_EXT_BYTES = 65_535;

/** What a packet says beside its payload. */
export interface PacketHead {
  readonly packetType: PacketType;
  readonly serviceId: number;
  readonly messageId: number;
  /** PacketFlag bits without ROUTE, which follows from `route`. */
  readonly flags: number;
  readonly route: RouteInit | undefined;
}

/**
 * Writes packets one behind the other into a buffer that is kept and used again.
 * `take()` hands out what was written since the last time.
 */
export class PacketWriter {
  #out = new ByteWriter(1_024);
  readonly #header: PacketHeader = {
    version: PACKET_VERSION,
    compression: Compression.NONE,
    packetType: 0,
    serviceId: 0,
    messageId: 0,
    extLen: 0,
    payloadLen: 0,
    flags: 0,
  };

  /** Largest payload that the peer accepts. */
  maxPayloadBytes = Number.POSITIVE_INFINITY;

  /** Packets written and not taken yet. */
  packets = 0;

  /** Bytes written and not taken yet. */
  get length(): number {
    return this.#out.pos;
  }

  /**
   * Appends a packet whose payload is the encoding of a message, or empty.
   * @throws PolywireError PACKET_TOO_LARGE, WireError when the message cannot be encoded; nothing
   * is appended then
   */
  message(head: PacketHead, codec: AnyWriter | undefined, message: unknown): void {
    const out = this.#out;
    const start = out.reserve(PACKET_HEADER_BYTES);
    try {
      if (head.route !== undefined) RouteCodec.write(head.route, out);
      const extEnd = out.pos;
      codec?.write(message, out);
      this.#finish(start, extEnd, head.packetType, head.serviceId, head.messageId, routed(head));
    } catch (error) {
      out.pos = start;
      throw error;
    }
  }

  /** Appends the response of a unary call that succeeded: the common case, with no Route at all. Throws as `message`. */
  response(serviceId: number, messageId: number, codec: AnyWriter, message: unknown): void {
    const out = this.#out;
    const start = out.reserve(PACKET_HEADER_BYTES);
    try {
      codec.write(message, out);
      this.#finish(start, start + PACKET_HEADER_BYTES, PacketType.RESPONSE, serviceId, messageId, 0);
    } catch (error) {
      out.pos = start;
      throw error;
    }
  }

  /** `response` with a payload that is encoded already. Throws as `message`. */
  encodedResponse(serviceId: number, messageId: number, payload: Uint8Array): void {
    const out = this.#out;
    const start = out.reserve(PACKET_HEADER_BYTES);
    try {
      out.raw(payload);
      this.#finish(start, start + PACKET_HEADER_BYTES, PacketType.RESPONSE, serviceId, messageId, 0);
    } catch (error) {
      out.pos = start;
      throw error;
    }
  }

  /** What was written, borrowed until the next write; the next packet begins a new batch. */
  take(): Uint8Array {
    const out = this.#out;
    const bytes = out.view();
    this.packets = 0;
    // A writer that grew for one large packet is not kept: it would hold that memory for ever.
    if (out.capacity > MAX_KEPT_BYTES) this.#out = new ByteWriter(1_024);
    else out.reset();
    return bytes;
  }

  #finish(start: number, extEnd: number, packetType: PacketType, serviceId: number, messageId: number, flags: number) {
    const out = this.#out;
    const payloadLen = out.pos - extEnd;
    if (payloadLen > this.maxPayloadBytes) {
      throw new PolywireError(
        ErrorCode.PACKET_TOO_LARGE,
        `the message takes ${payloadLen} bytes; the peer accepts ${this.maxPayloadBytes}`,
        { details: { length: String(payloadLen), limit: String(this.maxPayloadBytes) } },
      );
    }
    const extLen = extEnd - start - PACKET_HEADER_BYTES;
    if (extLen > MAX_EXT_BYTES) {
      throw new PolywireError(
        ErrorCode.INVALID_ARGUMENT,
        `the metadata of a call takes ${extLen} bytes; a packet has room for ${MAX_EXT_BYTES}`,
      );
    }
    const header = this.#header;
    header.packetType = packetType;
    header.serviceId = serviceId;
    header.messageId = messageId;
    header.extLen = extLen;
    header.payloadLen = payloadLen;
    header.flags = flags;
    writePacketHeader(header, out.dataView, start);
    this.packets++;
  }
}

function routed(head: PacketHead): number {
  return head.route === undefined ? head.flags : head.flags | PacketFlag.ROUTE;
}
