import { BackwardBits, ZstdError } from './backward-bits.js';
import { buildTable, FseState, type FseTable, oneSymbol, readTable, type TableLimits } from './fse-table.js';
import type { InflatedBytes } from './inflated-bytes.js';

/** One of the three things that a sequence is made of. */
interface Kind extends TableLimits {
  readonly standard: FseTable;
}

const repeated = (value: number, count: number): number[] => Array<number>(count).fill(value);

const literalLengths: Kind = {
  maxAccuracyLog: 9,
  maxSymbol: 35,
  standard: buildTable(
    [4, 3, ...repeated(2, 11), 1, 1, 1, ...repeated(2, 9), 3, 2, ...repeated(1, 5), ...repeated(-1, 4)],
    6,
  ),
};
const offsets: Kind = {
  maxAccuracyLog: 8,
  maxSymbol: 31,
  standard: buildTable([...repeated(1, 6), 2, 2, 2, ...repeated(1, 15), ...repeated(-1, 5)], 5),
};
const matchLengths: Kind = {
  maxAccuracyLog: 9,
  maxSymbol: 52,
  standard: buildTable([1, 4, 3, ...repeated(2, 6), ...repeated(1, 37), ...repeated(-1, 7)], 6),
};

/** Bits that a code of a length takes beside itself, and the length that it begins with. */
interface LengthCodes {
  readonly bits: readonly number[];
  readonly bases: readonly number[];
}

function lengthCodes(first: number, bits: readonly number[]): LengthCodes {
  const bases: number[] = [];
  let base = first;
  for (const count of bits) {
    bases.push(base);
    base += 1 << count;
  }
  return { bits, bases };
}

const literalCodes = lengthCodes(0, [
  ...repeated(0, 16),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);
const matchCodes = lengthCodes(3, [
  ...repeated(0, 32),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);

/** Farther back than anything that is inflated here. */
const MAX_OFFSET_BITS = 30;

const TableMode = { STANDARD: 0, ONE_SYMBOL: 1, DESCRIBED: 2, REPEATED: 3 } as const;

/** What the sequences of a frame's blocks share. */
export class Sequences {
  #tables: (FseTable | undefined)[] = [undefined, undefined, undefined];
  /** The latest offsets. */
  #recent: [number, number, number] = [1, 4, 8];

  /**
   * Does the sequences of a block: bytes[start, end) (RFC 8878 section 3.1.1.3.2).
   * @throws ZstdError
   */
  run(bytes: Uint8Array, start: number, end: number, literals: Uint8Array, out: InflatedBytes): void {
    const [count, at] = readCount(bytes, start, end);
    let used = 0;
    if (count > 0) {
      const input = new BackwardBits(bytes, this.#readTables(bytes, at, end), end);
      const [literalTable, offsetTable, matchTable] = this.#tables as [FseTable, FseTable, FseTable];
      const literalState = new FseState(literalTable, input);
      const offsetState = new FseState(offsetTable, input);
      const matchState = new FseState(matchTable, input);
      for (let left = count; left > 0; left--) {
        const offsetCode = offsetState.symbol;
        if (offsetCode > MAX_OFFSET_BITS) throw new ZstdError('a match is too far back');
        const offsetValue = (1 << offsetCode) + input.read(offsetCode);
        const matchLength = readLength(matchCodes, matchState.symbol, input);
        const literalLength = readLength(literalCodes, literalState.symbol, input);
        if (left > 1) {
          literalState.advance(input);
          matchState.advance(input);
          offsetState.advance(input);
        }
        if (input.left < 0 || used + literalLength > literals.length) throw new ZstdError('a sequence is cut off');
        out.append(literals, used, used + literalLength);
        used += literalLength;
        out.repeat(this.#offsetOf(offsetValue, literalLength), matchLength);
      }
      if (input.left !== 0) throw new ZstdError('the sequences have another length');
    } else if (at !== end) {
      throw new ZstdError('a block without sequences goes on');
    }
    out.append(literals, used, literals.length);
  }

  #readTables(bytes: Uint8Array, start: number, end: number): number {
    const modes = bytes[start] ?? 3;
    if ((modes & 3) !== 0) throw new ZstdError('sequences have an unknown form');
    let at = start + 1;
    for (const [index, kind] of [literalLengths, offsets, matchLengths].entries()) {
      const mode = (modes >> (6 - 2 * index)) & 3;
      if (mode === TableMode.STANDARD) {
        this.#tables[index] = kind.standard;
      } else if (mode === TableMode.ONE_SYMBOL) {
        const symbol = bytes[at++] ?? 255;
        if (symbol > kind.maxSymbol) throw new ZstdError('a sequence has an unknown code');
        this.#tables[index] = oneSymbol(symbol);
      } else if (mode === TableMode.DESCRIBED) {
        const { table, end: tableEnd } = readTable(bytes, at, end, kind);
        this.#tables[index] = table;
        at = tableEnd;
      } else if (this.#tables[index] === undefined) {
        throw new ZstdError('a table is repeated that was never given');
      }
    }
    return at;
  }

  /** Values up to 3 name one of the latest offsets. */
  #offsetOf(value: number, literalLength: number): number {
    const [first, second, third] = this.#recent;
    if (value > 3) {
      this.#recent = [value - 3, first, second];
      return value - 3;
    }
    const index = value - (literalLength === 0 ? 0 : 1);
    if (index === 0) return first;
    if (index === 1) this.#recent = [second, first, third];
    else this.#recent = [index === 2 ? third : first - 1, first, second];
    return this.#recent[0];
  }
}

function readCount(bytes: Uint8Array, start: number, end: number): [count: number, at: number] {
  if (start >= end) throw new ZstdError('a block has no sequences section');
  const first = bytes[start] as number;
  if (first < 128) return [first, start + 1];
  if (first < 255) return [((first - 128) << 8) + (bytes[start + 1] ?? 0), start + 2];
  return [(bytes[start + 1] ?? 0) + ((bytes[start + 2] ?? 0) << 8) + 0x7f00, start + 3];
}

function readLength({ bits, bases }: LengthCodes, code: number, input: BackwardBits): number {
  return (bases[code] as number) + input.read(bits[code] as number);
}
