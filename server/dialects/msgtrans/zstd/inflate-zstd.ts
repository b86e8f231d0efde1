import { ZstdError } from './backward-bits.js';
import type { HuffmanTable } from './huffman-table.js';
import { InflatedBytes } from './inflated-bytes.js';
import { readLiterals } from './literals.js';
import { Sequences } from './sequences.js';

const MAGIC = 0xfd2fb528;
const BLOCK_HEAD_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Blocks cost time even if they say nothing; 16 MiB are 128 of the largest. */
const MAX_BLOCKS = 16_384;

const BlockType = { RAW: 0, RLE: 1, COMPRESSED: 2 } as const;

/** What the head of a frame says. */
interface FrameHead {
  readonly end: number;
  /** Undefined: it does not say. */
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
}

/**
 * Inflates one zstd frame (RFC 8878), which has to be all there is. Made for strangers' bytes: it
 * takes time by what it gives, not by what they say. The checksum, where there is one, is not
 * looked at. For Node before 22.15, which has no zstd.
 *
 * @returns bytes of the caller's own
 * @throws ZstdError when it is no such frame, is broken, or stands for more than `maxBytes`
 */
export function inflateZstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const { end: headEnd, contentBytes, hasChecksum } = readHead(bytes);
  if (contentBytes !== undefined && contentBytes > maxBytes) throw new ZstdError('it is more than it may be');
  const out = new InflatedBytes(contentBytes ?? maxBytes);
  const end = readBlocks(bytes, headEnd, out) + (hasChecksum ? CHECKSUM_BYTES : 0);
  if (end !== bytes.length) throw new ZstdError('the frame has another length');
  if (contentBytes !== undefined && out.length !== contentBytes) throw new ZstdError('the content has another length');
  return out.take();
}

/** @returns where the blocks end */
function readBlocks(bytes: Uint8Array, start: number, out: InflatedBytes): number {
  const sequences = new Sequences();
  let table: HuffmanTable | undefined;
  let at = start;
  for (let blocks = 0; blocks < MAX_BLOCKS; blocks++) {
    if (at + BLOCK_HEAD_BYTES > bytes.length) throw new ZstdError('a block is cut off');
    const head = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    at += BLOCK_HEAD_BYTES;
    const end = at + (type === BlockType.RLE ? 1 : size);
    if (end > bytes.length) throw new ZstdError('a block is cut off');
    out.beginBlock();
    if (type === BlockType.RAW) {
      out.append(bytes, at, end);
    } else if (type === BlockType.RLE) {
      out.fill(bytes[at] as number, size);
    } else if (type === BlockType.COMPRESSED) {
      const literals = readLiterals(bytes, at, end, table);
      table = literals.table;
      sequences.run(bytes, literals.end, end, literals.bytes, out);
    } else {
      throw new ZstdError('a block has an unknown form');
    }
    at = end;
    if ((head & 1) === 1) return at;
  }
  throw new ZstdError('there are too many blocks');
}

function readHead(bytes: Uint8Array): FrameHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== MAGIC) throw new ZstdError('it is no zstd frame');
  const flags = view.getUint8(4);
  const isSingle = (flags & 32) !== 0;
  if ((flags & 8) !== 0 || (flags & 3) !== 0) throw new ZstdError('a frame with a dictionary cannot be inflated');
  const at = isSingle ? 5 : 6;
  const sizeForm = flags >> 6;
  const sizeBytes = sizeForm === 0 ? (isSingle ? 1 : 0) : 1 << sizeForm;
  if (at + sizeBytes > bytes.length) throw new ZstdError('the head is cut off');
  const hasChecksum = (flags & 4) !== 0;
  return { end: at + sizeBytes, contentBytes: readSize(view, at, sizeBytes), hasChecksum };
}

function readSize(view: DataView, at: number, sizeBytes: number): number | undefined {
  switch (sizeBytes) {
    case 0:
      return undefined;
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
