import { describe, expect, it } from 'vitest';
import { ByteReader, enterPart, readTag, readUint32 } from './byte-reader.js';
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
