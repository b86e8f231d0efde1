import { FRAGMENTED, type Packet, PacketError, type PacketInit, ROUTE } from './packet.js';

/** Cuts a packet into pieces of at most `pieceBytes` of payload; 0: it stays whole. */
export function cutIntoFragments(packet: PacketInit, pieceBytes: number): PacketInit[] {
  const { payload = new Uint8Array(0) } = packet;
  if (pieceBytes === 0 || payload.length <= pieceBytes) return [packet];
  const pieces: PacketInit[] = [];
  for (let from = 0; from < payload.length; from += pieceBytes) {
    const isFirst = from === 0;
    const isLast = from + pieceBytes >= payload.length;
    pieces.push({
      ...packet,
      flags: (isFirst ? packet.flags : packet.flags & ~ROUTE) | (isLast ? 0 : FRAGMENTED),
      ext: isFirst ? (packet.ext ?? new Uint8Array(0)) : new Uint8Array(0),
      payload: payload.subarray(from, from + pieceBytes),
    });
  }
  return pieces;
}

/** Puts the pieces of messages together again. Pieces of different messages may come between each other. */
export class FragmentJoiner {
  readonly #begun = new Map<string, Packet[]>();

  /** The whole packet, or undefined while pieces are missing. @throws PacketError */
  push(packet: Packet): Packet | undefined {
    const key = `${packet.type} ${packet.serviceId} ${packet.messageId}`;
    const pieces = this.#begun.get(key);
    if ((packet.flags & FRAGMENTED) !== 0) {
      this.#begun.set(key, [...(pieces ?? []), packet]);
      return undefined;
    }
    const [first] = pieces ?? [];
    if (first === undefined || pieces === undefined) return packet;
    this.#begun.delete(key);
    if (packet.ext.length > 0) throw new PacketError('the last piece of a message has an extension header of its own');
    return {
      ...first,
      flags: (first.flags & ~FRAGMENTED) | packet.flags,
      payload: Uint8Array.from(Buffer.concat([...pieces, packet].map((each) => each.payload))),
    };
  }
}
