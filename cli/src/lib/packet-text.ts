import type { PacketDescription } from './describe-packet.js';
import { hexDump, parseHex } from './hex.js';

/** Lines that tell a person what a packet says. */
export function packetText(packet: PacketDescription): string {
  const { header } = packet;
  const flags = `0x${header.flags.toString(16).padStart(4, '0')}`;
  const rows: [string, string | number][] = [
    ['packet', `${packet.bytes} bytes`],
    ['  version', header.version],
    ['  compression', header.compression],
    ['  type', header.packetType],
    ['  service', packet.service === undefined ? header.serviceId : `${header.serviceId} ${packet.service}`],
    ['  message id', header.messageId],
    ['  extension', `${header.extLen} bytes`],
    ['  payload', `${header.payloadLen} bytes`],
    ['  flags', [flags, ...header.flagNames].join(' ')],
  ];
  if (packet.method !== undefined) rows.push(['method', packet.method]);
  if (packet.route !== undefined) rows.push(['route', JSON.stringify(packet.route)]);
  if (packet.note !== undefined) rows.push(['note', packet.note]);
  if (packet.message !== undefined) rows.push(['message', packet.message.type]);
  const lines = rows.map(([name, value]) => `${name.padEnd(15)}${value}`);
  const body =
    packet.message === undefined
      ? hexDump(parseHex(packet.payloadHex ?? ''))
      : JSON.stringify(packet.message.value, undefined, 2).split('\n');
  return [...lines, ...body.map((line) => `  ${line}`)].join('\n');
}
