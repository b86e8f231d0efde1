import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import * as Compression from '@polywire/protocol/enums/polywire.transport.v1.Compression';
import * as PacketType from '@polywire/protocol/enums/polywire.transport.v1.PacketType';
import { PACKET_HEADER_BYTES, readPacketHeader } from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import { PolywireError } from '../error.js';
import { overLimit, PAYLOAD_BYTES } from './over-limit.js';
import { PACKET_VERSION, Packet } from './packet.js';

export interface PacketDecoderOptions {
  /** Largest payload to accept, in bytes as it travels. */
  readonly maxPayloadBytes: number;
}

export type OnPacket<Context> = (packet: Packet, context: Context) => void;

const LAST_TYPE = PacketType.RESPONSE;
const LAST_COMPRESSION = Compression.ZLIB;
/** Lent to a decoder for the time of one `push`, during which another decoder may be given bytes, too. */
const idlePackets: Packet[] = [];

/**
 * Cuts messages into the packets that they consist of, as on WebSocket. Packets are views of the input.
 *
 * The source of the format is `polywire.transport.v1.PacketHeader`.
 */
export class MessageDecoder {
  readonly #options: PacketDecoderOptions;

  constructor(options: PacketDecoderOptions) {
    this.#options = options;
  }

  /**
   * Calls `onPacket` for every packet that `bytes` completes, with the packet and with `context`. The
   * packet is borrowed: one object for all, valid until `onPacket` returns.
   *
   * @throws PolywireError UNSUPPORTED_VERSION, MALFORMED_PACKET or PACKET_TOO_LARGE. The stream
   * cannot be read on after that.
   */
  push<Context = undefined>(bytes: Uint8Array, onPacket: OnPacket<Context>, context?: Context): void {
    const packet = idlePackets.pop() ?? new Packet();
    try {
      const at = this.complete(packet, bytes, onPacket, context as Context);
      if (at < bytes.length) this.#cut(packet, bytes, at, onPacket, context as Context);
    } finally {
      // The input is borrowed: nothing of it is kept alive.
      packet.bytes = EMPTY_BYTES;
      idlePackets.push(packet);
    }
  }

  /** Completes what is unfinished. @returns how many of the bytes it took */
  protected complete<Context>(
    _packet: Packet,
    _bytes: Uint8Array,
    _onPacket: OnPacket<Context>,
    _context: Context,
  ): number {
    return 0;
  }

  /** The beginning of a packet, which does not end here. */
  protected keep(_bytes: Uint8Array): void {
    throw new PolywireError(ErrorCode.MALFORMED_PACKET, 'a message ends inside a packet');
  }

  /** Hands out the packets that begin at `at`, and keeps the beginning of one that does not end here. */
  #cut<Context>(packet: Packet, bytes: Uint8Array, at: number, onPacket: OnPacket<Context>, context: Context): void {
    const end = bytes.length;
    while (end - at >= PACKET_HEADER_BYTES) {
      const length = this.readHeader(packet, bytes, at);
      if (end - at < length) break;
      at += length;
      onPacket(packet, context);
    }
    if (at < end) this.keep(bytes.subarray(at));
  }

  /** Reads and checks the header at `start`; returns the length of the whole packet. */
  protected readHeader(packet: Packet, bytes: Uint8Array, start: number): number {
    readPacketHeader(bytes, start, packet);
    // Only when it is another one: the collector is told of every write.
    if (packet.bytes !== bytes) packet.bytes = bytes;
    packet.start = start;
    const { maxPayloadBytes } = this.#options;
    const isKnown = packet.version === PACKET_VERSION && packet.packetType <= LAST_TYPE;
    if (!isKnown || packet.compression > LAST_COMPRESSION || packet.payloadLen > maxPayloadBytes) {
      throw headerFault(packet, maxPayloadBytes);
    }
    return PACKET_HEADER_BYTES + packet.extLen + packet.payloadLen;
  }
}

/** Why a header is not taken. Apart from the reading, which is run for every packet and stays short so. */
function headerFault({ version, packetType, compression, payloadLen }: Packet, maxPayloadBytes: number): PolywireError {
  if (version !== PACKET_VERSION) {
    return overLimit(ErrorCode.UNSUPPORTED_VERSION, 'packet version', version, PACKET_VERSION);
  }
  if (packetType > LAST_TYPE) return overLimit(ErrorCode.MALFORMED_PACKET, 'packet type', packetType, LAST_TYPE);
  return compression > LAST_COMPRESSION
    ? overLimit(ErrorCode.MALFORMED_PACKET, 'compression', compression, LAST_COMPRESSION)
    : overLimit(ErrorCode.PACKET_TOO_LARGE, PAYLOAD_BYTES, payloadLen, maxPayloadBytes);
}
