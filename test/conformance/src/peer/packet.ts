/** Written by hand from schema/polywire/transport/v1/transport.proto, on purpose without the generated codec. */
export interface Packet {
  readonly version: number;
  readonly compression: number;
  /** 0 one-way, 1 request, 2 response. */
  readonly type: number;
  readonly serviceId: number;
  readonly messageId: number;
  readonly flags: number;
  readonly ext: Uint8Array;
  readonly payload: Uint8Array;
}

export const HEADER_BYTES = 16;

export const ONE_WAY = 0;
export const REQUEST = 1;
export const RESPONSE = 2;

export const FRAGMENTED = 1;
export const ROUTE = 4;
export const MORE = 8;
export const CANCEL = 16;

/** What a sender says of a packet; the rest has the usual value. */
export type PacketInit = Pick<Packet, 'type' | 'serviceId' | 'messageId' | 'flags'> & Partial<Packet>;

const NOTHING = new Uint8Array(0);

/** The bytes of one packet, owned by the caller. */
export function encodePacket(init: PacketInit): Uint8Array {
  const { version = 1, compression = 0, type, serviceId, messageId, flags, ext = NOTHING, payload = NOTHING } = init;
  const bytes = Buffer.alloc(HEADER_BYTES + ext.length + payload.length);
  bytes.writeUInt8(version, 0);
  bytes.writeUInt8(compression, 1);
  bytes.writeUInt8(type, 2);
  bytes.writeUInt8(serviceId, 3);
  bytes.writeUInt32BE(messageId, 4);
  bytes.writeUInt16BE(ext.length, 8);
  bytes.writeUInt32BE(payload.length, 10);
  bytes.writeUInt16BE(flags, 14);
  bytes.set(ext, HEADER_BYTES);
  bytes.set(payload, HEADER_BYTES + ext.length);
  return bytes;
}

/** Thrown for bytes from the implementation under test that are not packets. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
}

/**
 * Cuts received bytes into packets. Packets own their bytes.
 * It believes nothing: what a server may not send is a PacketError.
 */
export class PacketReader {
  readonly #maxPayloadBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxPayloadBytes: number) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Bytes of a packet that has begun and is not whole yet. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  /** @throws PacketError */
  push(bytes: Uint8Array): Packet[] {
    let rest = Buffer.concat([this.#rest, bytes]);
    const packets: Packet[] = [];
    while (rest.length >= HEADER_BYTES) {
      const version = rest.readUInt8(0);
      if (version !== 1) throw new PacketError(`a packet of version ${version} came; version 1 is expected`);
      const compression = rest.readUInt8(1);
      if (compression !== 0) throw new PacketError(`a packet with compression ${compression} came; none was agreed on`);
      const type = rest.readUInt8(2);
      if (type > RESPONSE) throw new PacketError(`a packet of type ${type} came; 0, 1 and 2 exist`);
      const extEnd = HEADER_BYTES + rest.readUInt16BE(8);
      const payloadBytes = rest.readUInt32BE(10);
      if (payloadBytes > this.#maxPayloadBytes) {
        throw new PacketError(`a payload of ${payloadBytes} bytes is announced; ${this.#maxPayloadBytes} is the most`);
      }
      const end = extEnd + payloadBytes;
      if (rest.length < end) break;
      packets.push({
        version,
        compression,
        type,
        serviceId: rest.readUInt8(3),
        messageId: rest.readUInt32BE(4),
        flags: rest.readUInt16BE(14),
        ext: Uint8Array.from(rest.subarray(HEADER_BYTES, extEnd)),
        payload: Uint8Array.from(rest.subarray(extEnd, end)),
      });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return packets;
  }
}
