import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as Compression from '@polywire/protocol/enums/polywire.transport.v1.Compression';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import {
  PACKET_HEADER_BYTES,
  type PacketHeader,
  type RouteInit,
  RouteWriter,
  writePacketHeader,
} from '@polywire/protocol/polywire.transport.v1';
import { type AnyWriter, ByteWriter } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import type { LargeMessages } from './large-message.js';
import { PACKET_VERSION } from './packet.js';

const FIRST_BYTES = 1_024;
const MAX_KEPT_BYTES = 65_536;
const KEPT_VIEWS = 64;
// ext_len is 16 bits wide.
const MAX_EXT_BYTES = 65_535;

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
  #out = new ByteWriter(FIRST_BYTES);
  /** Views of its buffer that were handed out, by length: answers of one kind often have the same. */
  readonly #views: (Uint8Array | undefined)[] = new Array(KEPT_VIEWS).fill(undefined);
  #viewedCapacity = 0;
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
      if (head.route !== undefined) RouteWriter.write(head.route, out);
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

  /** Appends a packet of which everything is encoded already. Throws as `message`. */
  encoded(
    packetType: PacketHeader['packetType'],
    serviceId: number,
    messageId: number,
    flags: number,
    ext: Uint8Array | undefined,
    payload: Uint8Array,
  ): void {
    const out = this.#out;
    const start = out.reserve(PACKET_HEADER_BYTES);
    try {
      if (ext !== undefined) out.raw(ext);
      const extEnd = out.pos;
      out.raw(payload);
      this.#finish(start, extEnd, packetType, serviceId, messageId, flags);
    } catch (error) {
      out.pos = start;
      throw error;
    }
  }

  /** What was written, borrowed until the next write; the next packet begins a new batch. */
  take(): Uint8Array {
    const bytes = this.#view();
    this.reset();
    return bytes;
  }

  #view(): Uint8Array {
    const out = this.#out;
    if (out.capacity !== this.#viewedCapacity) {
      // Another buffer.
      this.#viewedCapacity = out.capacity;
      this.#views.fill(undefined);
    }
    const place = out.pos % KEPT_VIEWS;
    const known = this.#views[place];
    if (known !== undefined && known.length === out.pos) return known;
    const view = out.view();
    this.#views[place] = view;
    return view;
  }

  /** Forgets what was written. */
  reset(): void {
    this.packets = 0;
    // A writer that grew for one large packet is not kept: it would hold that memory for ever.
    if (this.#out.capacity > MAX_KEPT_BYTES) {
      this.#out = new ByteWriter(FIRST_BYTES);
      this.#viewedCapacity = 0;
    } else this.#out.reset();
  }

  /** @throws PolywireError when there is no packet, or message in pieces, for this much */
  #check(payloadLen: number, extLen: number): void {
    const isLarge = payloadLen > this.maxPayloadBytes;
    if (isLarge && (this.large === undefined || payloadLen > this.maxMessageBytes)) {
      const advice = payloadLen <= this.maxMessageBytes ? ' in one packet: connect with `fragments`' : '';
      const limit = Math.max(this.maxPayloadBytes, this.large === undefined ? 0 : this.maxMessageBytes);
      throw new PolywireError(
        ErrorCode.PACKET_TOO_LARGE,
        `the message takes ${payloadLen} bytes; the peer accepts ${limit}${advice}`,
        { details: { length: String(payloadLen), limit: String(limit) } },
      );
    }
    if (extLen > MAX_EXT_BYTES) {
      throw new PolywireError(
        ErrorCode.INVALID_ARGUMENT,
        `the metadata of a call takes ${extLen} bytes; a packet has room for ${MAX_EXT_BYTES}`,
      );
    }
  }

  /** Copies of what was written from `start` on, which is not to leave as a packet. */
  #takeBack(start: number, extEnd: number): { ext: Uint8Array; payload: Uint8Array } {
    const out = this.#out;
    const extStart = start + PACKET_HEADER_BYTES;
    const ext = out.view(extStart).slice(0, extEnd - extStart);
    const payload = out.view(extEnd).slice();
    out.pos = start;
    return { ext, payload };
  }

  #finish(
    start: number,
    extEnd: number,
    packetType: PacketHeader['packetType'],
    serviceId: number,
    messageId: number,
    flags: number,
  ) {
    const out = this.#out;
    const payloadLen = out.pos - extEnd;
    const extLen = extEnd - start - PACKET_HEADER_BYTES;
    const isLarge = payloadLen > this.maxPayloadBytes;
    if (isLarge || this.queues || extLen > MAX_EXT_BYTES) {
      this.#check(payloadLen, extLen);
      const { large } = this;
      if (large !== undefined) {
        const { ext, payload } = this.#takeBack(start, extEnd);
        large.takeLarge(packetType, serviceId, messageId, flags, ext, payload);
        return;
      }
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
