import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import type { PacketType } from '@polywire/protocol/polywire.transport.v1';
import type { PacketWriter } from './packet-writer.js';

/** Bytes of payload in one piece of a large message. */
const PIECE_BYTES = 65_536;

/** Takes messages that are too large for one packet. */
export interface LargeMessages {
  /**
   * @param flags those of the whole message; `ext` and `payload` are the taker's own
   * @throws PolywireError when it cannot be sent; nothing of it was then
   */
  takeLarge(
    packetType: PacketType,
    serviceId: number,
    messageId: number,
    flags: number,
    ext: Uint8Array,
    payload: Uint8Array,
  ): void;
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

  /** @param flags those of the whole message; `ext` and `payload` are its own */
  constructor(
    packetType: PacketType,
    serviceId: number,
    messageId: number,
    flags: number,
    ext: Uint8Array,
    payload: Uint8Array,
  ) {
    this.packetType = packetType;
    this.#serviceId = serviceId;
    this.messageId = messageId;
    this.#flags = flags;
    this.#ext = ext;
    this.#payload = payload;
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
    writer.encoded(this.packetType, this.#serviceId, this.messageId, flags, ext, this.#payload.subarray(from, to));
    this.#sent = to;
    return isLast;
  }

  /** Writes all its pieces one behind the other. */
  writeAll(writer: PacketWriter): void {
    let isDone = false;
    while (!isDone) isDone = this.writePiece(writer);
  }
}
