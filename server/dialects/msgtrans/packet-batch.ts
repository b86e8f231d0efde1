import type { PacketType } from '@polywire/protocol/polywire.transport.v1';
import { ByteWriter } from '@polywire/protocol/wire';
import { writePacket } from './encode.js';
import type { MsgTransHead } from './msgtrans.js';

/** So many bytes leave at once: the connection has to tell whether it still has room. */
const FULL_BYTES = 65_536;
/** A writer that grew beyond this for a large payload is not kept. */
const MAX_KEPT_BYTES = 2 * FULL_BYTES;
const MAX_IDLE_WRITERS = 64;

// A connection with nothing to send owns no buffer.
const idleWriters: ByteWriter[] = [];

/** Packets for one client that leave in one write: at the end of the turn, or when they are many. */
export class PacketBatch {
  readonly #send: (bytes: Uint8Array, packetCount: number) => void;
  #writer: ByteWriter | undefined;
  #packetCount = 0;
  #isPlanned = false;

  /** @param send is given borrowed bytes */
  constructor(send: (bytes: Uint8Array, packetCount: number) => void) {
    this.#send = send;
  }

  /**
   * Adds a packet.
   * @returns its bytes
   * @throws PolywireError as `writePacket`; nothing is added then
   */
  add(
    packetType: PacketType,
    messageId: number,
    payload: Uint8Array | string,
    head: MsgTransHead,
    maxPayloadBytes: number,
  ): number {
    const writer = this.#writer ?? idleWriters.pop() ?? new ByteWriter(1_024);
    const start = writer.pos;
    writePacket(writer, packetType, messageId, payload, head, maxPayloadBytes);
    const byteCount = writer.pos - start;
    this.#writer = writer;
    this.#packetCount++;
    if (writer.pos >= FULL_BYTES) this.flush();
    else this.#planFlush();
    return byteCount;
  }

  /** Sends what waits. */
  flush(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    const packetCount = this.#packetCount;
    this.#writer = undefined;
    this.#packetCount = 0;
    this.#send(writer.view(), packetCount);
    writer.reset();
    if (writer.capacity <= MAX_KEPT_BYTES && idleWriters.length < MAX_IDLE_WRITERS) idleWriters.push(writer);
  }

  #planFlush(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.flush();
    });
  }
}
