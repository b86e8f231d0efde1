import { Compression } from '@polywire/protocol/polywire.transport.v1';
import { EMPTY_BYTES } from '@polywire/protocol/wire';
import type { OpaquePacket } from './decode.js';
import { inflatePayload } from './inflate.js';
import type { MsgTransCounts, MsgTransMessage } from './msgtrans.js';

export interface MapOptions {
  readonly maxInflatedBytes: number;
  readonly counts: MsgTransCounts;
}

/** What a packet means to a handler, which may keep it. */
export function messageOf(packet: OpaquePacket, options: MapOptions): MsgTransMessage {
  return {
    id: packet.messageId,
    bizType: packet.serviceId,
    flags: packet.flags,
    ext: packet.extLen === 0 ? EMPTY_BYTES : copyOf(packet.ext),
    payload: payloadOf(packet, options),
  };
}

/** The payload of a packet: inflated where that is possible, else as it came. Nobody else has its bytes. */
export function payloadOf({ payload, compression }: OpaquePacket, options: MapOptions): Uint8Array {
  if (compression === Compression.NONE) return copyOf(payload);
  const inflated = inflatePayload(payload, compression, options.maxInflatedBytes);
  if (inflated !== undefined) return plain(inflated);
  options.counts.notInflated++;
  return copyOf(payload);
}

/** Not slice(): that of Node's Buffer does not copy, and that of Uint8Array makes a Buffer of one, which takes longer. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
