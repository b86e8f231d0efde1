import type { PacketHeader } from '../../../../messages/polywire/transport/v1/transport.js';
export const PACKET_HEADER_BYTES = 16;
export function readPacketHeader(view: DataView, offset: number, into: PacketHeader = {} as PacketHeader): PacketHeader {
into.version = view.getUint8(offset + 0) as never;
into.compression = view.getUint8(offset + 1) as never;
into.packetType = view.getUint8(offset + 2) as never;
into.serviceId = view.getUint8(offset + 3) as never;
into.messageId = view.getUint32(offset + 4) as never;
into.extLen = view.getUint16(offset + 8) as never;
into.payloadLen = view.getUint32(offset + 10) as never;
into.flags = view.getUint16(offset + 14) as never;
return into;
}
export function writePacketHeader(header: PacketHeader, view: DataView, offset: number): void {
view.setUint8(offset + 0, header.version);
view.setUint8(offset + 1, header.compression);
view.setUint8(offset + 2, header.packetType);
view.setUint8(offset + 3, header.serviceId);
view.setUint32(offset + 4, header.messageId);
view.setUint16(offset + 8, header.extLen);
view.setUint32(offset + 10, header.payloadLen);
view.setUint16(offset + 14, header.flags);
}
