import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as Compression from '@polywire/protocol/enums/polywire.transport.v1.Compression';
import * as PacketFlag from '@polywire/protocol/enums/polywire.transport.v1.PacketFlag';
import { PACKET_HEADER_BYTES, type PacketType } from '@polywire/protocol/polywire.transport.v1';
import { PolywireError } from '../error.js';
import { Packet } from './packet.js';

/** Messages of one connection that may be incomplete at once. */
const MAX_INCOMPLETE = 64;
/** Bytes of incomplete messages of one connection, in messages of the largest size. Senders have two on the way. */
const MAX_INCOMPLETE_MESSAGES = 2;

interface Incomplete {
  readonly serviceId: number;
  readonly flags: number;
  readonly extLen: number;
  /** Room for a header, the extension header, then the payload: [0, end) is filled. */
  bytes: Uint8Array;
  end: number;
}

/**
 * Puts the pieces of messages together. Takes memory by what has come, not by what may follow:
 * nobody says how large a message will be.
 */
export class PacketJoiner {
  readonly #maxMessageBytes: number;
  readonly #incomplete = new Map<number, Incomplete>();
  #bytes = 0;

  /** @param maxMessageBytes largest payload of a whole message */
  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Messages of which pieces are missing. */
  get size(): number {
    return this.#incomplete.size;
  }

  /** Bytes of their payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Pieces of the message that this packet may belong to have come. */
  has({ packetType, messageId }: Packet): boolean {
    return this.#incomplete.has(keyOf(packetType, messageId));
  }

  /**
   * Takes a piece, or the last one.
   *
   * @returns the whole packet, which owns its bytes; undefined while pieces are missing
   * @throws PolywireError PACKET_TOO_LARGE, RESOURCE_EXHAUSTED: the message is dropped, others go
   * on. INVALID_MESSAGE_ID, MALFORMED_PACKET: the peer's sequence is broken
   */
  push(packet: Packet): Packet | undefined {
    const { packetType, messageId, payloadLen } = packet;
    const known = this.#incomplete.get(keyOf(packetType, messageId));
    const message = known ?? this.#begin(packet);
    if (known !== undefined) checkSequence(packet, known);
    const length = payloadBytes(message) + payloadLen;
    if (length > this.#maxMessageBytes) {
      this.drop(packetType, messageId);
      throw tooLarge(length, this.#maxMessageBytes);
    }
    if (this.#bytes + payloadLen > MAX_INCOMPLETE_MESSAGES * this.#maxMessageBytes) {
      this.drop(packetType, messageId);
      const text = `${this.#bytes} bytes of incomplete messages wait; send one large message after the other`;
      throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text);
    }
    this.#append(message, packet);
    if ((packet.flags & PacketFlag.FRAGMENTED) !== 0) return undefined;
    this.drop(packetType, messageId);
    return wholePacket(packet, message);
  }

  /** What came of a message is not wanted any more. */
  drop(packetType: PacketType, messageId: number): void {
    const key = keyOf(packetType, messageId);
    const message = this.#incomplete.get(key);
    if (message === undefined) return;
    this.#incomplete.delete(key);
    this.#bytes -= payloadBytes(message);
  }

  #begin(packet: Packet): Incomplete {
    if (this.#incomplete.size >= MAX_INCOMPLETE) {
      const text = `${MAX_INCOMPLETE} messages are incomplete already; send their last pieces first`;
      throw new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(MAX_INCOMPLETE) } });
    }
    const { packetType, serviceId, messageId, flags, extLen, ext } = packet;
    const end = PACKET_HEADER_BYTES + extLen;
    const message = { serviceId, flags, extLen, bytes: new Uint8Array(end + packet.payloadLen), end };
    message.bytes.set(ext, PACKET_HEADER_BYTES);
    this.#incomplete.set(keyOf(packetType, messageId), message);
    return message;
  }

  #append(message: Incomplete, packet: Packet): void {
    const end = message.end + packet.payloadLen;
    if (end > message.bytes.length) {
      const most = PACKET_HEADER_BYTES + message.extLen + this.#maxMessageBytes;
      const grown = new Uint8Array(Math.min(Math.max(end, message.bytes.length * 2), most));
      grown.set(message.bytes.subarray(0, message.end));
      message.bytes = grown;
    }
    message.bytes.set(packet.payload, message.end);
    this.#bytes += packet.payloadLen;
    message.end = end;
  }
}

function payloadBytes({ end, extLen }: Incomplete): number {
  return end - PACKET_HEADER_BYTES - extLen;
}

function keyOf(packetType: PacketType, messageId: number): number {
  return packetType * 0x1_0000_0000 + messageId;
}

function checkSequence(packet: Packet, { serviceId }: Incomplete): void {
  const { messageId } = packet;
  if (packet.serviceId !== serviceId) {
    const text = `a piece of message ${messageId} names service ${packet.serviceId}; its first piece named ${serviceId}`;
    throw new PolywireError(ErrorCode.MALFORMED_PACKET, text);
  }
  if (packet.extLen > 0) {
    const text = `message ${messageId} begins again before its last piece; only the first has an extension header`;
    throw new PolywireError(ErrorCode.INVALID_MESSAGE_ID, text, { details: { message_id: String(messageId) } });
  }
  if (packet.compression !== Compression.NONE) {
    throw new PolywireError(ErrorCode.MALFORMED_PACKET, `a piece of message ${messageId} is compressed`);
  }
}

function wholePacket(last: Packet, { serviceId, flags, extLen, bytes, end }: Incomplete): Packet {
  const packet = new Packet();
  packet.packetType = last.packetType;
  packet.serviceId = serviceId;
  packet.messageId = last.messageId;
  packet.flags = (flags | last.flags) & ~PacketFlag.FRAGMENTED;
  packet.extLen = extLen;
  packet.payloadLen = end - PACKET_HEADER_BYTES - extLen;
  packet.bytes = bytes;
  packet.owned = true;
  return packet;
}

function tooLarge(length: number, limit: number): PolywireError {
  return new PolywireError(
    ErrorCode.PACKET_TOO_LARGE,
    `the pieces of a message come to ${length} bytes; the limit is ${limit}`,
    { details: { length: String(length), limit: String(limit) } },
  );
}
