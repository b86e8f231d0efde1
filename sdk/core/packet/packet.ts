import { PACKET_HEADER_BYTES, type PacketHeader } from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';

/** The only version of the native packet. */
export const PACKET_VERSION = 1;

/**
 * A packet inside borrowed bytes. A decoder uses one object again and again: what is to outlive
 * the callback must be copied out of it.
 */
export class Packet implements PacketHeader {
  version = PACKET_VERSION;
  compression: PacketHeader['compression'] = 0;
  packetType: PacketHeader['packetType'] = 0;
  serviceId = 0;
  messageId = 0;
  extLen = 0;
  payloadLen = 0;
  flags = 0;
  /** What the packet lies in. */
  bytes: Uint8Array = EMPTY_BYTES;
  /** Where in `bytes` it starts. */
  start = 0;
  /** The bytes are this packet's own: who has it may keep views of them. */
  owned = false;

  get extStart(): number {
    return this.start + PACKET_HEADER_BYTES;
  }

  get payloadStart(): number {
    return this.start + PACKET_HEADER_BYTES + this.extLen;
  }

  get end(): number {
    return this.start + PACKET_HEADER_BYTES + this.extLen + this.payloadLen;
  }

  /** View of the extension header. */
  get ext(): Uint8Array {
    return this.bytes.subarray(this.extStart, this.payloadStart);
  }

  /** View of the payload as it travelled. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadStart, this.end);
  }
}
