import type { OpaquePacket } from './decode.js';

/** What a waiting message takes beside its bytes. */
const OVERHEAD_BYTES = 128;

/** Messages that wait for their turn, as they came: they are inflated when it comes. */
export class WaitingMessages {
  #packets: OpaquePacket[] = [];
  #first = 0;
  #bytes = 0;

  get length(): number {
    return this.#packets.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a copy. */
  push({ packetType, compression, serviceId, messageId, flags, extLen, ext, payload }: OpaquePacket): void {
    const packet = {
      packetType,
      compression,
      serviceId,
      messageId,
      flags,
      extLen,
      ext: Uint8Array.from(ext),
      payload: Uint8Array.from(payload),
    };
    this.#packets.push(packet);
    this.#bytes += sizeOf(packet);
  }

  shift(): OpaquePacket | undefined {
    const packet = this.#packets[this.#first];
    if (packet === undefined) return undefined;
    this.#first++;
    this.#bytes -= sizeOf(packet);
    if (this.#first * 2 >= this.#packets.length) {
      this.#packets = this.#packets.slice(this.#first);
      this.#first = 0;
    }
    return packet;
  }

  clear(): void {
    this.#packets = [];
    this.#first = 0;
    this.#bytes = 0;
  }
}

function sizeOf({ ext, payload }: OpaquePacket): number {
  return OVERHEAD_BYTES + ext.length + payload.length;
}
