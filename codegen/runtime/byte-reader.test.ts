import { describe, expect, it } from 'vitest';
import {
  ByteReader,
  enterPart,
  MAX_DEPTH,
  type MessageReader,
  readMessage,
  readTag,
  readUint32,
  skipField,
} from './byte-reader.js';
import * as scalars from './read-scalars.js';
import { WireError } from './wire-error.js';

function reader(hex: string): ByteReader {
  return new ByteReader(Uint8Array.from(Buffer.from(hex, 'hex')));
}

/** The reason that a read gives, or what it threw instead. */
function reasonOf(read: () => unknown): unknown {
  try {
    return `read ${String(read())}`;
  } catch (error) {
    return WireError.is(error) ? error.reason : error;
  }
}

const reads = {
  uint32: readUint32,
  int32: scalars.readInt32,
  sint32: scalars.readSint32,
  bool: scalars.readBool,
  fixed32: scalars.readFixed32,
  sfixed32: scalars.readSfixed32,
  float: scalars.readFloat,
  double: scalars.readDouble,
  uint64: scalars.readUint64,
  int64: scalars.readInt64,
  sint64: scalars.readSint64,
  fixed64: scalars.readFixed64,
  sfixed64: scalars.readSfixed64,
  uint64Number: scalars.readUint64Number,
  int64Number: scalars.readInt64Number,
  sint64Number: scalars.readSint64Number,
  fixed64Number: scalars.readFixed64Number,
  sfixed64Number: scalars.readSfixed64Number,
  string: scalars.readString,
  text: scalars.readText,
  bytes: scalars.readBytes,
  enter: enterPart,
  tag: readTag,
};
type Method = keyof typeof reads;

const values: readonly [method: Method, hex: string, value: unknown][] = [
  ['uint32', '00', 0],
  ['uint32', '7f', 127],
  ['uint32', '8001', 128],
  ['uint32', 'ff7f', 16_383],
  ['uint32', '808001', 16_384],
  ['uint32', 'ffffffff0f', 4_294_967_295],
  ['uint32', 'ffffffff7f', 4_294_967_295],
  ['uint32', 'ffffffffffffffffff01', 4_294_967_295],
  ['uint32', '80808080808080808001', 0],
  ['int32', 'ffffffff07', 2_147_483_647],
  ['int32', '8080808008', -2_147_483_648],
  ['int32', 'ffffffffffffffffff01', -1],
  ['int32', '80808080f8ffffffff01', -2_147_483_648],
  ['sint32', '00', 0],
  ['sint32', '01', -1],
  ['sint32', '02', 1],
  ['sint32', 'feffffff0f', 2_147_483_647],
  ['sint32', 'ffffffff0f', -2_147_483_648],
  ['bool', '00', false],
  ['bool', '01', true],
  ['bool', '02', true],
  ['bool', '8000', false],
  ['bool', '808080808001', true],
  ['bool', '80808080808080808001', true],
  ['fixed32', 'ffffffff', 4_294_967_295],
  ['sfixed32', 'ffffffff', -1],
  ['sfixed32', '00000080', -2_147_483_648],
  ['float', '0000803f', 1],
  ['float', '00000080', -0],
  ['float', '0000c07f', Number.NaN],
  ['float', '000080ff', -Infinity],
  ['double', '000000000000f0bf', -1],
  ['double', '0000000000000080', -0],
  ['double', '000000000000f87f', Number.NaN],
  ['uint64', '00', 0n],
  ['uint64', 'ffffffff0f', 2n ** 32n - 1n],
  ['uint64', '8080808010', 2n ** 32n],
  ['uint64', 'ffffffffffffffffff01', 2n ** 64n - 1n],
  ['uint64', 'ffffffffffffffffff7f', 2n ** 64n - 1n],
  ['int64', 'ffffffffffffffffff01', -1n],
  ['int64', '80808080808080808001', -(2n ** 63n)],
  ['sint64', 'feffffffffffffffff01', 2n ** 63n - 1n],
  ['sint64', 'ffffffffffffffffff01', -(2n ** 63n)],
  ['fixed64', 'ffffffffffffffff', 2n ** 64n - 1n],
  ['sfixed64', 'ffffffffffffffff', -1n],
  ['uint64Number', 'ffffffffffffff0f', Number.MAX_SAFE_INTEGER],
  ['int64Number', 'ffffffffffffff0f', Number.MAX_SAFE_INTEGER],
  ['int64Number', '81808080808080f0ff01', Number.MIN_SAFE_INTEGER],
  ['sint64Number', 'fdffffffffffff1f', Number.MIN_SAFE_INTEGER],
  ['fixed64Number', 'ffffffffffff1f00', Number.MAX_SAFE_INTEGER],
  ['sfixed64Number', '010000000000e0ff', Number.MIN_SAFE_INTEGER],
  ['string', '00', ''],
  ['string', '0161', 'a'],
  ['string', '03e282ac', '€'],
  ['string', '04f09f9880', '😀'],
  ['string', '03efbbbf', '\ufeff'],
  ['string', '818080800061', 'a'],
  ['text', '00', ''],
  ['text', '04f09f9880', '😀'],
  ['text', '03efbbbf', '\ufeff'],
];

describe('ByteReader', () => {
  it.each(values)('%s of %s is %s', (method, hex, value) => {
    const from = reader(hex);
    expect(reads[method](from)).toBe(value);
    expect(from.pos).toBe(from.end);
  });

  it.each(values)('%s of %s does not read on when it is cut', (method, hex) => {
    for (let bytes = 0; bytes < hex.length / 2; bytes++) {
      expect(reasonOf(() => reads[method](reader(hex.slice(0, bytes * 2))))).toBe('malformed');
    }
  });

  it.each(values)('%s of %s stops at the end of its message', (method, hex) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(reasonOf(() => reads[method](new ByteReader(bytes, 0, bytes.length - 1)))).toBe('malformed');
  });

  it.each([
    ['uint32', '8080808080808080808000', 'malformed'],
    ['bool', '8080808080808080808001', 'malformed'],
    ['uint64', 'ffffffffffffffffffff01', 'malformed'],
    ['uint64Number', '8080808080808010', 'unsafe-integer'],
    ['uint64Number', 'ffffffffffffffffff01', 'unsafe-integer'],
    ['int64Number', '80808080808080f0ff01', 'unsafe-integer'],
    ['sint64Number', 'ffffffffffffff1f', 'unsafe-integer'],
    ['fixed64Number', '0000000000002000', 'unsafe-integer'],
    ['sfixed64Number', '000000000000e0ff', 'unsafe-integer'],
    ['string', '02c080', 'invalid-utf8'],
    ['string', '03eda080', 'invalid-utf8'],
    ['string', '0180', 'invalid-utf8'],
    ['string', '808080801061', 'malformed'],
    ['text', '03eda080', 'invalid-utf8'],
    ['text', '808080801061', 'malformed'],
    ['string', 'ffffffff0f', 'malformed'],
    ['bytes', '808080801061', 'malformed'],
    ['enter', '8080808010', 'malformed'],
    ['enter', '0201', 'malformed'],
    ['tag', '00', 'malformed'],
    ['tag', '07', 'malformed'],
    ['tag', '0e', 'malformed'],
    ['tag', '888080808000', 'malformed'],
    ['tag', '8880808010', 'malformed'],
  ] as const)('%s of %s is refused: %s', (method, hex, reason) => {
    expect(reasonOf(() => reads[method](reader(hex)))).toBe(reason);
  });

  it.each([
    ['08', 8],
    ['8800', 8],
    ['8880808000', 8],
    ['f8ffffff0f', 4_294_967_288],
  ])('the tag %s is %d', (hex, tag) => {
    expect(readTag(reader(hex))).toBe(tag);
  });

  it.each([31, 32, 33, 63, 64, 65, 127, 128])('reads texts of %d bytes, whatever their last character', (bytes) => {
    for (const last of ['b', 'é', '€', '😀']) {
      const text = 'a'.repeat(bytes - Buffer.byteLength(last)) + last;
      const encoded = Buffer.from(text);
      const length = (count: number): number[] => [(count % 128) + 128, count >> 7];
      expect(scalars.readString(new ByteReader(Uint8Array.from([...length(bytes), ...encoded])))).toBe(text);
      const cut = Uint8Array.from([...length(bytes - 1), ...encoded]);
      expect(reasonOf(() => scalars.readString(new ByteReader(cut)))).toBe(
        last === 'b' ? `read ${text.slice(0, -1)}` : 'invalid-utf8',
      );
    }
  });

  it('gives bytes as views of the input', () => {
    const input = Uint8Array.from([2, 5, 6]);
    const bytes = scalars.readBytes(new ByteReader(input));
    input[1] = 9;
    expect([...bytes]).toEqual([9, 6]);
  });

  it('reads the part that it is given, of a view into a larger buffer', () => {
    const whole = Uint8Array.from([9, 9, 9, 1, 0, 0, 0, 2, 0, 0, 0, 9]);
    const from = new ByteReader(whole.subarray(2), 1, 9);
    expect([reads.fixed32(from), reads.fixed32(from)]).toEqual([1, 2]);
    expect(reasonOf(() => reads.uint32(from))).toBe('malformed');
    from.reset(whole, 3, 7);
    expect(reads.fixed32(from)).toBe(1);
    from.reset(Uint8Array.from([3, 0, 0, 0]));
    expect(reads.fixed32(from)).toBe(3);
  });
});

describe('nested parts', () => {
  const numbers: MessageReader<number[]> = {
    read(from, into = []) {
      while (from.pos < from.end) into.push(reads.uint32(from));
      return into;
    },
  };

  it('reads as far as its length says, and then on', () => {
    const from = reader('0201020903');
    expect(readMessage(from, numbers)).toEqual([1, 2]);
    expect([reads.uint32(from), reads.uint32(from)]).toEqual([9, 3]);
  });

  it('merges into what is given', () => {
    expect(readMessage(reader('0102'), numbers, [7])).toEqual([7, 2]);
  });

  it('refuses a length beyond the message around it', () => {
    const inner: MessageReader<unknown> = { read: (from) => readMessage(from, numbers) };
    expect(reasonOf(() => readMessage(reader('0202010101'), inner))).toBe('malformed');
  });

  it('refuses a varint that goes beyond the end of its message', () => {
    expect(reasonOf(() => readMessage(reader('01800101'), numbers))).toBe('malformed');
  });

  it('refuses a reader that stops early', () => {
    expect(reasonOf(() => readMessage(reader('020101'), { read: (from) => reads.uint32(from) }))).toBe('malformed');
  });

  const nest: MessageReader<number> = {
    read: (from) => (from.pos < from.end ? readMessage(from, nest) + 1 : 0),
  };

  function nested(levels: number): Uint8Array {
    let bytes: number[] = [];
    for (let level = 0; level < levels; level++) {
      bytes = bytes.length < 128 ? [bytes.length, ...bytes] : [(bytes.length % 128) | 128, bytes.length >> 7, ...bytes];
    }
    return Uint8Array.from(bytes);
  }

  it(`goes ${MAX_DEPTH} levels deep and no deeper`, () => {
    expect(nest.read(new ByteReader(nested(MAX_DEPTH)))).toBe(MAX_DEPTH);
    expect(reasonOf(() => nest.read(new ByteReader(nested(MAX_DEPTH + 1))))).toBe('too-deep');
  });

  it('counts anew after a reset', () => {
    const from = new ByteReader(nested(MAX_DEPTH + 1));
    expect(reasonOf(() => nest.read(from))).toBe('too-deep');
    from.reset(nested(MAX_DEPTH));
    expect(nest.read(from)).toBe(MAX_DEPTH);
  });
});

describe('skip', () => {
  /** Skips one field and returns how many bytes are left. */
  function skipped(hex: string): number {
    const from = reader(hex);
    skipField(from, readTag(from));
    return from.end - from.pos;
  }

  it.each([
    ['0800', 0],
    ['08ffffffffffffffffff01', 0],
    ['09010203040506070855', 1],
    ['0a0301020355', 1],
    ['0a00', 0],
    ['0d0102030455', 1],
    ['0b0c55', 1],
    ['0b080110021a01610c55', 1],
    ['0b13140c55', 1],
    ['0b0b0c0c55', 1],
    ['fbffffff0ffcffffff0f', 0],
    ['0b8c00', 0],
  ])('passes over %s and leaves %d bytes', (hex, left) => {
    expect(skipped(hex)).toBe(left);
  });

  it.each([
    ['08', 'a varint that is missing'],
    ['088080808080808080808000', 'a varint of eleven bytes'],
    ['0901020304050607', 'seven of eight bytes'],
    ['0d010203', 'three of four bytes'],
    ['0a0401', 'a length beyond the end'],
    ['0a818080801001', 'a length beyond 32 bits'],
    ['0b', 'a group without an end'],
    ['0b0801', 'a group with a field and no end'],
    ['0b14', 'the end of another group'],
    ['0b130c14', 'groups that cross'],
    ['0b8c8080808000', 'an end-group tag of six bytes'],
    ['fbffffff0ffcffffff1f', 'an end-group tag beyond 32 bits'],
    ['0b000c', 'field number 0 in a group'],
    ['0b0f0c', 'wire type 7 in a group'],
    ['0c', 'the end of a group that has not begun'],
  ])('refuses %s: %s', (hex) => {
    expect(reasonOf(() => skipped(hex))).toBe('malformed');
  });

  it(`passes over ${MAX_DEPTH} groups in each other and no more`, () => {
    const groups = (count: number): string => '0b'.repeat(count) + '0c'.repeat(count);
    expect(skipped(groups(MAX_DEPTH))).toBe(0);
    expect(reasonOf(() => skipped(groups(MAX_DEPTH + 1)))).toBe('too-deep');
  });

  it('is done with a group at its end, not deeper by one', () => {
    const from = reader('0b0c'.repeat(MAX_DEPTH + 1));
    while (from.pos < from.end) skipField(from, readTag(from));
    expect(from.pos).toBe(from.end);
  });
});
