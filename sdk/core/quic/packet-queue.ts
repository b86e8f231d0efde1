const CHUNK_BYTES = 16 * 1024;
const MAX_IDLE_CHUNKS = 64;
/** Every packet is kept with its length before it: u32, big-endian. */
export const LENGTH_BYTES = 4;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes of it that wait: [start, end). */
  start: number;
  end: number;
}

// A connection without waiting packets owns no chunk: they are lent to those that have.
const idleChunks: Chunk[] = [];

/**
 * Packets that wait to be written to a stream, one behind the other, each with its length before
 * it. A packet is never split between chunks, so that it can be taken whole too.
 */
export class PacketQueue {
  readonly #chunks: Chunk[] = [];
  #bytes = 0;

  /** Bytes that wait, the lengths included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a copy of a packet. */
  push(packet: Uint8Array): void {
    const length = LENGTH_BYTES + packet.length;
    const chunk = this.#room(length);
    chunk.view.setUint32(chunk.end, packet.length);
    chunk.bytes.set(packet, chunk.end + LENGTH_BYTES);
    chunk.end += length;
    this.#bytes += length;
  }

  /** The first bytes that wait, as many as lie together; undefined when nothing waits. Borrowed until `drop`. */
  peek(): Uint8Array | undefined {
    const chunk = this.#chunks[0];
    return chunk?.bytes.subarray(chunk.start, chunk.end);
  }

  /** The first packet that waits, without its length. Only while none was dropped in part. Borrowed until `drop`. */
  peekPacket(): Uint8Array | undefined {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return undefined;
    const start = chunk.start + LENGTH_BYTES;
    return chunk.bytes.subarray(start, start + chunk.view.getUint32(chunk.start));
  }

  /** Forgets the first `count` bytes, which lie together. */
  drop(count: number): void {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return;
    chunk.start += count;
    this.#bytes -= count;
    if (chunk.start === chunk.end) this.#giveBack();
  }

  clear(): void {
    while (this.#chunks.length > 0) this.#giveBack();
    this.#bytes = 0;
  }

  #room(length: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.bytes.length - last.end >= length) return last;
    const chunk = length <= CHUNK_BYTES ? (idleChunks.pop() ?? newChunk(CHUNK_BYTES)) : newChunk(length);
    this.#chunks.push(chunk);
    return chunk;
  }

  #giveBack(): void {
    const chunk = this.#chunks.shift();
    if (chunk === undefined || chunk.bytes.length !== CHUNK_BYTES || idleChunks.length >= MAX_IDLE_CHUNKS) return;
    chunk.start = 0;
    chunk.end = 0;
    idleChunks.push(chunk);
  }
}

function newChunk(length: number): Chunk {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: 0 };
}
