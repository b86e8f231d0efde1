import { BackwardBits, highestBit, ZstdError } from './backward-bits.js';
import { FseState, readTable } from './fse-table.js';

const MAX_CODE_BITS = 11;
const MAX_SYMBOLS = 256;
const WEIGHT_LIMITS = { maxAccuracyLog: 6, maxSymbol: MAX_CODE_BITS + 1 };

/** A decoding table: by the next `maxBits` bits, the symbol and how many of them are its code. */
export interface HuffmanTable {
  readonly maxBits: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

/**
 * Reads the description of a Huffman tree (RFC 8878 section 4.2.1).
 * @returns the table and where the description ends
 * @throws ZstdError
 */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly table: HuffmanTable; readonly end: number } {
  if (start >= end) throw new ZstdError('a Huffman tree is missing');
  const head = bytes[start] as number;
  const at = start + 1;
  const treeEnd = at + (head < 128 ? head : (head - 126) >> 1);
  if (treeEnd > end) throw new ZstdError('a Huffman tree is cut off');
  const weights = head < 128 ? fseWeights(bytes, at, treeEnd) : plainWeights(bytes, at, head - 127);
  return { table: tableOf(weights), end: treeEnd };
}

function plainWeights(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const pair = bytes[start + (index >> 1)] as number;
    return index % 2 === 0 ? pair >> 4 : pair & 15;
  });
}

/** Two states take turns until the bits are used up. */
function fseWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: tableEnd } = readTable(bytes, start, end, WEIGHT_LIMITS);
  const input = new BackwardBits(bytes, tableEnd, end);
  let state = new FseState(table, input);
  let other = new FseState(table, input);
  const weights: number[] = [];
  for (;;) {
    weights.push(state.symbol);
    state.advance(input);
    if (weights.length >= MAX_SYMBOLS) throw new ZstdError('a Huffman tree has too many symbols');
    if (input.left < 0) break;
    [state, other] = [other, state];
  }
  weights.push(other.symbol);
  return weights;
}

/** The last symbol's weight is what the others leave. */
function tableOf(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > MAX_CODE_BITS) throw new ZstdError('a Huffman code is too long');
    if (weight > 0) sum += 1 << (weight - 1);
  }
  const maxBits = highestBit(sum) + 1;
  const rest = (1 << maxBits) - sum;
  if (sum === 0 || maxBits > MAX_CODE_BITS || weights.length >= MAX_SYMBOLS || (rest & (rest - 1)) !== 0) {
    throw new ZstdError('a Huffman tree does not add up');
  }
  weights.push(highestBit(rest) + 1);
  const symbols = new Uint8Array(1 << maxBits);
  const lengths = new Uint8Array(1 << maxBits);
  let at = 0;
  for (let weight = 1; weight <= maxBits; weight++) {
    for (const [symbol, its] of weights.entries()) {
      if (its !== weight) continue;
      const until = at + (1 << (weight - 1));
      symbols.fill(symbol, at, until);
      lengths.fill(maxBits + 1 - weight, at, until);
      at = until;
    }
  }
  return { maxBits, symbols, lengths };
}

/**
 * Decodes a stream that fills `out`, and nothing else.
 * @throws ZstdError
 */
export function readHuffmanStream(
  { maxBits, symbols, lengths }: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
): void {
  const input = new BackwardBits(bytes, start, end);
  for (let at = 0; at < out.length; at++) {
    const code = input.peek(maxBits);
    out[at] = symbols[code] as number;
    input.left -= lengths[code] as number;
  }
  if (input.left !== 0) throw new ZstdError('a Huffman stream has another length');
}
