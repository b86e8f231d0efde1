import { PACKET_HEADER_BYTES } from '@polywire/protocol/polywire.transport.v1';
import { PACKET_VERSION } from '../packet/packet.js';

const EXT_LENGTH_AT = 8;
const PAYLOAD_LENGTH_AT = 10;

/**
 * Hands over each packet of a run of whole packets, as they leave in one piece from a session; on
 * QUIC every packet travels on its own. Bytes that are no such run are handed over as they are, no
 * bytes at all too.
 */
export function splitPackets(bytes: Uint8Array, onPacket: (packet: Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const firstEnd = packetEnd(view, 0);
  let end = firstEnd;
  while (end > 0 && end < bytes.length) end = packetEnd(view, end);
  if (firstEnd === bytes.length || end !== bytes.length) {
    onPacket(bytes);
    return;
  }
  for (let at = 0; at < bytes.length; at = end) {
    end = packetEnd(view, at);
    onPacket(bytes.subarray(at, end));
  }
}

/** Where the packet at `at` ends; 0 when none begins there or it is cut off. */
function packetEnd(view: DataView, at: number): number {
  if (view.byteLength - at < PACKET_HEADER_BYTES || view.getUint8(at) !== PACKET_VERSION) return 0;
  const end = at + PACKET_HEADER_BYTES + view.getUint16(at + EXT_LENGTH_AT) + view.getUint32(at + PAYLOAD_LENGTH_AT);
  return end <= view.byteLength ? end : 0;
}
