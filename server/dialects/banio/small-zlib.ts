import { Buffer } from 'node:buffer';

/** Longer streams take so long that setting an inflater up does not matter. */
export const MAX_SMALL_STREAM_BYTES = 128;

const MAX_OUTPUT_BYTES = 512;
const HEADER_BYTES = 2;
const CHECKSUM_BYTES = 4;
/** The method deflate with a window of 32 KiB. */
const WHOLE_WINDOW = 0x78;
const DICTIONARY = 0x20;
const ADLER_MODULUS = 65_521;
const END_OF_BLOCK = 256;
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7];

// Inflating never calls out: one output and one place serve every connection.
const output = Buffer.alloc(MAX_OUTPUT_BYTES);
let outputBytes = 0;
let input: Uint8Array = output;
let nextBit = 0;
let endBit = 0;

/**
 * The payload of a zlib stream (RFC 1950) of few bytes in stored blocks and those with the fixed codes,
 * as compressors write small payloads. An inflater of Node takes many times as long to be set up.
 * @returns a copy; undefined: only a whole inflater can tell what this is
 */
export function inflateSmall(stream: Uint8Array): Buffer | undefined {
  const { length } = stream;
  if (length < HEADER_BYTES + CHECKSUM_BYTES || length > MAX_SMALL_STREAM_BYTES) return undefined;
  const [method = 0, flags = 0] = stream;
  // A smaller window would limit how far back a repetition may reach.
  if (method !== WHOLE_WINDOW || (flags & DICTIONARY) !== 0 || ((method << 8) | flags) % 31 !== 0) return undefined;
  input = stream;
  nextBit = HEADER_BYTES * 8;
  endBit = (length - CHECKSUM_BYTES) * 8;
  outputBytes = 0;
  for (let isLast = false; !isLast; ) {
    isLast = bits(1) === 1;
    const kind = bits(2);
    if (!(kind === 0 ? takeStored() : kind === 1 && takeFixed()) || nextBit > endBit) return undefined;
  }
  // Whatever stands behind the end is not for this reader to judge.
  if ((nextBit + 7) >> 3 !== length - CHECKSUM_BYTES || !isChecksumRight(stream, length)) return undefined;
  return Buffer.from(output.subarray(0, outputBytes));
}

function takeStored(): boolean {
  nextBit = (nextBit + 7) & ~7;
  const length = bits(16);
  if ((length ^ 0xffff) !== bits(16)) return false;
  if (nextBit + length * 8 > endBit || outputBytes + length > MAX_OUTPUT_BYTES) return false;
  const start = nextBit >> 3;
  output.set(input.subarray(start, start + length), outputBytes);
  outputBytes += length;
  nextBit += length * 8;
  return true;
}

function takeFixed(): boolean {
  while (nextBit < endBit) {
    const symbol = fixedSymbol();
    if (symbol === END_OF_BLOCK) return true;
    if (symbol < END_OF_BLOCK) {
      if (outputBytes === MAX_OUTPUT_BYTES) return false;
      output[outputBytes++] = symbol;
    } else if (!repeat(symbol - END_OF_BLOCK - 1)) return false;
  }
  return false;
}

function repeat(lengthCode: number): boolean {
  const base = LENGTH_BASE[lengthCode];
  if (base === undefined) return false;
  const length = base + bits(LENGTH_EXTRA[lengthCode] as number);
  const distanceCode = code(5);
  const distanceBase = DISTANCE_BASE[distanceCode];
  if (distanceBase === undefined) return false;
  const distance = distanceBase + bits(DISTANCE_EXTRA[distanceCode] as number);
  if (distance > outputBytes || outputBytes + length > MAX_OUTPUT_BYTES) return false;
  for (let count = 0; count < length; count++) {
    output[outputBytes] = output[outputBytes - distance] as number;
    outputBytes++;
  }
  return true;
}

/** RFC 1951, 3.2.6: codes of seven to nine bits, the highest first. */
function fixedSymbol(): number {
  let found = code(7);
  if (found < 0x18) return found + 256;
  found = (found << 1) | bits(1);
  if (found < 0xc0) return found - 0x30;
  if (found < 0xc8) return found - 0xc0 + 280;
  return ((found << 1) | bits(1)) - 0x190 + 144;
}

/** Bits of a code, whose highest comes first. */
function code(count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value = (value << 1) | bits(1);
  return value;
}

/** Bits of a number, whose lowest comes first. Behind the end they are 0. */
function bits(count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++, nextBit++) {
    value |= (((input[nextBit >> 3] ?? 0) >> (nextBit & 7)) & 1) << index;
  }
  return value;
}

function isChecksumRight(stream: Uint8Array, length: number): boolean {
  let low = 1;
  let high = 0;
  for (let index = 0; index < outputBytes; index++) {
    low += output[index] as number;
    high += low;
  }
  low %= ADLER_MODULUS;
  high %= ADLER_MODULUS;
  const [a = 0, b = 0, c = 0, d = 0] = stream.subarray(length - CHECKSUM_BYTES);
  return high === a * 256 + b && low === c * 256 + d;
}
