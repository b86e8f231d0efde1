import { type BackwardBits, highestBit, ZstdError } from './backward-bits.js';

/** A decoding table of finite state entropy (RFC 8878 section 4.1). A state is an index of it. */
export interface FseTable {
  /** Bits of a first state. */
  readonly accuracyLog: number;
  readonly symbols: Uint8Array;
  /** Bits to read for the next state, and what to add to them. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** A table of one symbol, which takes no bits. */
export function oneSymbol(symbol: number): FseTable {
  return { accuracyLog: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** @param counts how many states a symbol has; -1: less than one, which gets one at the end */
export function buildTable(counts: readonly number[], accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  const next: number[] = [];
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    next.push(Math.abs(count));
    if (count === -1) symbols[--high] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let state = 0; state < count; state++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const order = next[symbol] as number;
    next[symbol] = order + 1;
    bits[state] = accuracyLog - highestBit(order);
    bases[state] = (order << (bits[state] as number)) - size;
  }
  return { accuracyLog, symbols, bits, bases };
}

export interface TableLimits {
  readonly maxAccuracyLog: number;
  readonly maxSymbol: number;
}

/**
 * Reads the description of a table.
 * @returns the table and where the description ends
 * @throws ZstdError
 */
export function readTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  { maxAccuracyLog, maxSymbol }: TableLimits,
): { readonly table: FseTable; readonly end: number } {
  let bit = start * 8;
  const read = (count: number): number => {
    const at = bit >> 3;
    const value = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    const result = (value >>> (bit & 7)) & ((1 << count) - 1);
    bit += count;
    return result;
  };
  const accuracyLog = 5 + read(4);
  if (accuracyLog > maxAccuracyLog) throw new ZstdError('a table is too large');
  const counts: number[] = [];
  let left = 1 << accuracyLog;
  while (left > 0) {
    const width = highestBit(left + 1) + 1;
    const lowMask = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - left;
    let value = read(width);
    if ((value & lowMask) < threshold) {
      // The value fits in one bit less.
      bit--;
      value &= lowMask;
    } else if (value > lowMask) {
      value -= threshold;
    }
    left -= Math.abs(value - 1);
    counts.push(value - 1);
    for (let zeros = value === 1 ? 3 : 0; zeros === 3; ) {
      zeros = read(2);
      for (let more = zeros; more > 0; more--) counts.push(0);
      if (counts.length > maxSymbol + 1) break;
    }
    if (counts.length > maxSymbol + 1 || bit > end * 8) throw new ZstdError('a table has too many symbols');
  }
  if (left < 0) throw new ZstdError('a table does not add up');
  return { table: buildTable(counts, accuracyLog), end: (bit + 7) >> 3 };
}

/** A place in a table. */
export class FseState {
  #state: number;
  readonly #table: FseTable;

  constructor(table: FseTable, input: BackwardBits) {
    this.#table = table;
    this.#state = input.read(table.accuracyLog);
  }

  get symbol(): number {
    return this.#table.symbols[this.#state] as number;
  }

  advance(input: BackwardBits): void {
    const { bits, bases } = this.#table;
    this.#state = (bases[this.#state] as number) + input.read(bits[this.#state] as number);
  }
}
