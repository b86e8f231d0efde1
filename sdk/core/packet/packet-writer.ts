import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import {
  PACKET_HEADER_BYTES,
  type PacketHeader,
  type RouteInit,
  RouteWriter,
  writePacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { type AnyWriter, ByteWriter } from '@polywire/protocol/wire';
import { Views } from '#buffers';
import type { LargeMessages } from './large-message.js';
import { overLimit, PAYLOAD_BYTES } from './over-limit.js';
import { Packet } from './packet.js';

const FIRST_BYTES = 1_024;
const MAX_KEPT_BYTES = 65_536;
// ext_len is 16 bits wide.
const MAX_EXT_BYTES = 65_535;
/** Filled in and written at once, for every writer. */
const header: PacketHeader = new Packet();

/** What a packet says beside its payload. */
export interface PacketHead {
  readonly packetType: PacketHeader['packetType'];
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
  /** What is written. For `write-encoded.ts`. */
  out = new ByteWriter(FIRST_BYTES);
  readonly #views = new Views();

  /** Largest payload that the peer accepts. */
  maxPayloadBytes = Number.POSITIVE_INFINITY;
  /** Largest message that the peer accepts in pieces. */
  maxMessageBytes = 0;
  /** Takes messages that are larger than one packet may be. Undefined: they are refused. */
  large: LargeMessages | undefined;
  /** Hands the next message to `large`, whatever its size. */
  queues = false;

  /** Packets written and not taken yet. */
  packets = 0;

  /** Bytes written and not taken yet. */
  get length(): number {
    return this.out.pos;
  }

  /**
   * Appends a packet whose payload is the encoding of a message, or empty.
   * @throws PolywireError PACKET_TOO_LARGE, WireError when the message cannot be encoded; nothing
   * is appended then
   */
  message(
    { packetType, serviceId, messageId, flags, route }: PacketHead,
    codec: AnyWriter | undefined,
    message: unknown,
  ): void {
    const { out } = this;
    const start = out.reserve(PACKET_HEADER_BYTES);
    try {
      if (route !== undefined) RouteWriter.write(route, out);
      const extEnd = out.pos;
      codec?.write(message, out);
      const all = route === undefined ? flags : flags | PacketFlag.ROUTE;
      this.finish(start, extEnd, packetType, serviceId, messageId, all);
    } catch (error) {
      out.pos = start;
      throw error;
    }
  }

  /** What was written, borrowed until the next write; the next packet begins a new batch. */
  take(): Uint8Array {
    const bytes = this.#views.of(this.out);
    this.reset();
    return bytes;
  }

  /** Forgets what was written. */
  reset(): void {
    this.packets = 0;
    this.out.reset();
    // A writer that grew for one large packet is not kept: it would hold that memory for ever.
    if (this.out.capacity > MAX_KEPT_BYTES) this.out = new ByteWriter(FIRST_BYTES);
  }

  /**
   * Writes the header of a packet of which all else is written: its extension header ends at `extEnd`.
   * @throws PolywireError when there is no packet, or message in pieces, for this much
   */
  finish(
    start: number,
    extEnd: number,
    packetType: PacketHeader['packetType'],
    serviceId: number,
    messageId: number,
    flags: number,
  ): void {
    const { out } = this;
    const payloadLen = out.pos - extEnd;
    const extLen = extEnd - start - PACKET_HEADER_BYTES;
    if (payloadLen > this.maxPayloadBytes || this.queues || extLen > MAX_EXT_BYTES) {
      this.#checked(payloadLen, extLen).takeLarge(this, start, extEnd, packetType, serviceId, messageId, flags);
      return;
    }
    header.packetType = packetType;
    header.serviceId = serviceId;
    header.messageId = messageId;
    header.extLen = extLen;
    header.payloadLen = payloadLen;
    header.flags = flags;
    writePacketHeader(header, out.dataView, start);
    this.packets++;
  }

  /** What takes a message that does not leave as one packet. Apart from the path of every packet, which is short. */
  #checked(payloadLen: number, extLen: number): LargeMessages {
    if (extLen > MAX_EXT_BYTES)
      throw overLimit(ErrorCode.INVALID_ARGUMENT, 'metadata of bytes:', extLen, MAX_EXT_BYTES);
    if (this.large !== undefined) return this.large;
    const { maxPayloadBytes } = this;
    throw overLimit(
      ErrorCode.PACKET_TOO_LARGE,
      PAYLOAD_BYTES,
      payloadLen,
      maxPayloadBytes,
      '; connect with `fragments`',
    );
  }
}
