import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import { PACKET_HEADER_BYTES, type PacketType } from '@polywire/protocol/polywire.transport.v1';
import { overLimit, PAYLOAD_BYTES } from './over-limit.js';
import type { PacketWriter } from './packet-writer.js';
import { writeEncoded } from './write-encoded.js';

/** Bytes of payload in one piece of a large message. */
const PIECE_BYTES = 65_536;

/** Takes messages that are too large for one packet. */
export interface LargeMessages {
  /**
   * Takes what was written last away from a writer, as LargeMessage's constructor does.
   * @throws PolywireError when it cannot be sent; nothing of it was then
   */
  takeLarge(...parts: ConstructorParameters<typeof LargeMessage>): void;
}

/** An encoded message that is sent in pieces, packets of other calls between them. */
export class LargeMessage {
  readonly packetType: PacketType;
  readonly messageId: number;
  readonly #serviceId: number;
  readonly #flags: number;
  readonly #ext: Uint8Array;
  readonly #payload: Uint8Array;
  #sent = 0;

  /**
   * Takes what a writer has from `start` on, room for the header in front, away from it.
   * @param extEnd where the payload begins
   * @param flags those of the whole message
   * @throws PolywireError PACKET_TOO_LARGE: the peer accepts less
   */
  constructor(
    writer: PacketWriter,
    start: number,
    extEnd: number,
    packetType: PacketType,
    serviceId: number,
    messageId: number,
    flags: number,
  ) {
    const { out, maxPayloadBytes, maxMessageBytes } = writer;
    const limit = Math.max(maxPayloadBytes, maxMessageBytes);
    const length = out.pos - extEnd;
    if (length > limit) throw overLimit(ErrorCode.PACKET_TOO_LARGE, PAYLOAD_BYTES, length, limit);
    this.packetType = packetType;
    this.#serviceId = serviceId;
    this.messageId = messageId;
    this.#flags = flags;
    this.#ext = out.buf.slice(start + PACKET_HEADER_BYTES, extEnd);
    this.#payload = out.buf.slice(extEnd, out.pos);
    out.pos = start;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#ext.length + this.#payload.length;
  }

  /**
   * Writes the next piece.
   * @returns whether it was the last
   */
  writePiece(writer: PacketWriter): boolean {
    const from = this.#sent;
    const to = Math.min(from + Math.min(PIECE_BYTES, writer.maxPayloadBytes), this.#payload.length);
    const isFirst = from === 0;
    const isLast = to === this.#payload.length;
    const flags = (isFirst ? this.#flags : this.#flags & ~PacketFlag.ROUTE) | (isLast ? 0 : PacketFlag.FRAGMENTED);
    const ext = isFirst ? this.#ext : undefined;
    const payload = this.#payload.subarray(from, to);
    writeEncoded(writer, this.packetType, this.#serviceId, this.messageId, flags, ext, payload);
    this.#sent = to;
    return isLast;
  }

  /** Writes all its pieces one behind the other. */
  writeAll(writer: PacketWriter): void {
    let isDone = false;
    while (!isDone) isDone = this.writePiece(writer);
  }
}
