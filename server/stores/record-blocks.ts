/** Blocks begin at multiples of it, and are as long as one. */
const UNIT_BYTES = 16;
const UNIT_WORDS = UNIT_BYTES / 4;
const CHUNK_UNITS = 16_384;
const CHUNK_SHIFT = 14;
const CHUNK_BYTES = CHUNK_UNITS * UNIT_BYTES;
/** The longest block. */
export const MAX_BLOCK_BYTES = 8192;
/** Up to here lengths differ by a unit, then by an eighth of a power of two. */
const FINE_BYTES = 256;

/** A part of the memory, cut into blocks of one length. */
export class Chunk {
  readonly memory = new ArrayBuffer(CHUNK_BYTES);
  readonly bytes = new Uint8Array(this.memory);
  readonly words = new Int32Array(this.memory);
  readonly floats = new Float64Array(this.memory);
  /** Blocks in use. */
  live = 0;
  /** Unit of the first block that was given back, in whose first word is the next one; -1: none. */
  freed = -1;
  /** Unit of the first block that was never in use. */
  fresh: number;

  constructor(
    readonly index: number,
    readonly blockUnits: number,
  ) {
    // Address 0 means "none", so the very first unit is nobody's.
    this.fresh = index === 0 ? 1 : 0;
  }

  get hasRoom(): boolean {
    return this.freed >= 0 || this.fresh + this.blockUnits <= CHUNK_UNITS;
  }
}

/**
 * Memory for records, as blocks in a few large arrays: for the garbage collector a million records are a
 * hundred objects, and a record is in one place. An address is the number of a unit, counted over all chunks.
 */
export class RecordBlocks {
  readonly #chunks: (Chunk | undefined)[] = [];
  /** Numbers of chunks that were given back. */
  readonly #vacant: number[] = [];
  /** Chunks with room, by the units of their blocks. */
  readonly #withRoom: Chunk[][] = Array.from({ length: MAX_BLOCK_BYTES / UNIT_BYTES + 1 }, () => []);

  /** @param byteCount at most MAX_BLOCK_BYTES. @returns the address; what the block holds is undefined */
  allocate(byteCount: number): number {
    const blockUnits = blockBytesFor(byteCount) / UNIT_BYTES;
    const withRoom = this.#withRoom[blockUnits] as Chunk[];
    const chunk = withRoom.at(-1) ?? this.#addChunk(blockUnits, withRoom);
    let unit = chunk.freed;
    if (unit >= 0) {
      chunk.freed = chunk.words[unit * UNIT_WORDS] as number;
    } else {
      unit = chunk.fresh;
      chunk.fresh += blockUnits;
    }
    chunk.live++;
    if (!chunk.hasRoom) withRoom.pop();
    return chunk.index * CHUNK_UNITS + unit;
  }

  free(address: number): void {
    const chunk = this.chunkOf(address);
    const withRoom = this.#withRoom[chunk.blockUnits] as Chunk[];
    if (!chunk.hasRoom) withRoom.push(chunk);
    const unit = address & (CHUNK_UNITS - 1);
    chunk.words[unit * UNIT_WORDS] = chunk.freed;
    chunk.freed = unit;
    chunk.live--;
    // One chunk is kept, so that a single key that comes and goes does not make one each time.
    if (chunk.live > 0 || withRoom.length === 1) return;
    withRoom.splice(withRoom.indexOf(chunk), 1);
    this.#chunks[chunk.index] = undefined;
    this.#vacant.push(chunk.index);
  }

  chunkOf(address: number): Chunk {
    return this.#chunks[address >>> CHUNK_SHIFT] as Chunk;
  }

  /** Bytes of the memory that was taken. */
  get byteCount(): number {
    return (this.#chunks.length - this.#vacant.length) * CHUNK_BYTES;
  }

  #addChunk(blockUnits: number, withRoom: Chunk[]): Chunk {
    const index = this.#vacant.pop() ?? this.#chunks.length;
    const chunk = new Chunk(index, blockUnits);
    this.#chunks[index] = chunk;
    withRoom.push(chunk);
    return chunk;
  }
}

/** Where among the words of its chunk a block begins. */
export function wordOffsetOf(address: number): number {
  return (address & (CHUNK_UNITS - 1)) * UNIT_WORDS;
}

/** Bytes of the block that so many bytes get. */
export function blockBytesFor(byteCount: number): number {
  if (byteCount <= FINE_BYTES) return (byteCount + UNIT_BYTES - 1) & -UNIT_BYTES;
  const step = 1 << (28 - Math.clz32(byteCount - 1));
  return (byteCount + step - 1) & -step;
}
