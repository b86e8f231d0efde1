import type { Random } from '../fuzz/random.js';

const HEADER_BYTES = 16;

/** How often what is done to a packet: once in so many; 0: never. */
export interface PacketFaultRates {
  readonly duplicateOneIn?: number;
  /** The packet comes after the one that follows it. */
  readonly reorderOneIn?: number;
  readonly dropOneIn?: number;
}

/** What was done to the packets of all connections. */
export class PacketFaultCounts {
  duplicated = 0;
  reordered = 0;
  dropped = 0;
}

/**
 * Duplicates, reorders and drops whole packets of the native wire in one direction of one TCP
 * connection. No network does that; a broken peer or relay may. Only events of topics are touched
 * (one-way packets with the ROUTE flag, of `serviceId`), as nothing else may come twice or never.
 */
export class PacketFaults {
  readonly #random: Random;
  readonly #serviceId: number;
  readonly #rates: PacketFaultRates;
  readonly #counts: PacketFaultCounts;
  #rest: Buffer = Buffer.alloc(0);
  #held: Buffer | undefined;

  constructor(random: Random, serviceId: number, rates: PacketFaultRates, counts: PacketFaultCounts) {
    this.#random = random;
    this.#serviceId = serviceId;
    this.#rates = rates;
    this.#counts = counts;
  }

  /** What passes on. A packet that is held back for the next one stays here until that comes. */
  change(bytes: Uint8Array): Uint8Array {
    const all = Buffer.concat([this.#rest, bytes]);
    const out: Buffer[] = [];
    let at = 0;
    while (all.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + all.readUInt16BE(at + 8) + all.readUInt32BE(at + 10);
      if (end > all.length) break;
      this.#pass(all.subarray(at, end), out);
      at = end;
    }
    this.#rest = Buffer.from(all.subarray(at));
    return Buffer.concat(out);
  }

  #pass(packet: Buffer, out: Buffer[]): void {
    const held = this.#held;
    this.#held = undefined;
    const { duplicateOneIn = 0, reorderOneIn = 0, dropOneIn = 0 } = this.#rates;
    const isEvent = packet[2] === 0 && packet[3] === this.#serviceId && (packet.readUInt16BE(14) & 4) !== 0;
    if (!isEvent) {
      out.push(...(held === undefined ? [] : [held]), packet);
      return;
    }
    if (this.#hits(dropOneIn)) {
      this.#counts.dropped++;
    } else if (held === undefined && this.#hits(reorderOneIn)) {
      this.#counts.reordered++;
      this.#held = Buffer.from(packet);
    } else {
      out.push(packet);
      if (this.#hits(duplicateOneIn)) {
        this.#counts.duplicated++;
        out.push(packet);
      }
    }
    if (held !== undefined) out.push(held);
  }

  #hits(oneIn: number): boolean {
    return oneIn > 0 && this.#random.oneIn(oneIn);
  }
}
