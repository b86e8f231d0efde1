import { ZstdError } from './backward-bits.js';
import { type HuffmanTable, readHuffmanStream, readHuffmanTable } from './huffman-table.js';

/** Most bytes that a block stands for. */
export const MAX_BLOCK_BYTES = 131_072;
const JUMP_TABLE_BYTES = 6;

const LiteralsType = { RAW: 0, RLE: 1, COMPRESSED: 2, TREELESS: 3 } as const;

/** The literals of a block (RFC 8878 section 3.1.1.3.1), and where they end in it. */
export interface Literals {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** For a later block that has no tree of its own. */
  readonly table: HuffmanTable | undefined;
}

/** @throws ZstdError */
export function readLiterals(bytes: Uint8Array, start: number, end: number, table: HuffmanTable | undefined): Literals {
  const head = (at: number): number => bytes[start + at] ?? 0;
  const type = head(0) & 3;
  const format = (head(0) >> 2) & 3;
  if (type === LiteralsType.RAW || type === LiteralsType.RLE) {
    const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const value = head(0) | (head(1) << 8) | (head(2) << 16);
    const count = headBytes === 1 ? head(0) >> 3 : (value & (headBytes === 2 ? 0xffff : 0xffffff)) >> 4;
    const at = start + headBytes;
    const literalsEnd = at + (type === LiteralsType.RAW ? count : 1);
    checkSize(count, literalsEnd, end);
    const literals =
      type === LiteralsType.RAW ? bytes.subarray(at, literalsEnd) : new Uint8Array(count).fill(bytes[at] as number);
    return { bytes: literals, end: literalsEnd, table };
  }
  const sizeBits = format === 3 ? 18 : format === 2 ? 14 : 10;
  const headBytes = format === 3 ? 5 : format === 2 ? 4 : 3;
  const value = (head(0) | (head(1) << 8) | (head(2) << 16) | (head(3) << 24)) >>> 4;
  const mask = (1 << sizeBits) - 1;
  const count = value & mask;
  // The header of the longest form has 8 bits beyond the 32.
  const packed = ((value >>> sizeBits) | (format === 3 ? head(4) << 10 : 0)) & mask;
  const at = start + headBytes;
  const literalsEnd = at + packed;
  checkSize(count, literalsEnd, end);
  const own = type === LiteralsType.COMPRESSED ? readHuffmanTable(bytes, at, literalsEnd) : { table, end: at };
  if (own.table === undefined) throw new ZstdError('a block has no Huffman tree');
  const literals = new Uint8Array(count);
  if (format === 0) readHuffmanStream(own.table, bytes, own.end, literalsEnd, literals);
  else readFourStreams(own.table, bytes, own.end, literalsEnd, literals);
  return { bytes: literals, end: literalsEnd, table: own.table };
}

function readFourStreams(table: HuffmanTable, bytes: Uint8Array, start: number, end: number, out: Uint8Array): void {
  const part = (out.length + 3) >> 2;
  if (end - start < JUMP_TABLE_BYTES || part * 3 > out.length) throw new ZstdError('literals are cut off');
  let at = start + JUMP_TABLE_BYTES;
  for (let stream = 0; stream < 4; stream++) {
    const sizeAt = start + stream * 2;
    const next = stream === 3 ? end : at + ((bytes[sizeAt] as number) | ((bytes[sizeAt + 1] as number) << 8));
    if (next > end) throw new ZstdError('literals are cut off');
    const filled = out.subarray(stream * part, stream === 3 ? out.length : (stream + 1) * part);
    readHuffmanStream(table, bytes, at, next, filled);
    at = next;
  }
}

function checkSize(count: number, literalsEnd: number, end: number): void {
  if (count > MAX_BLOCK_BYTES) throw new ZstdError('a block has too many literals');
  if (literalsEnd > end) throw new ZstdError('literals are cut off');
}
