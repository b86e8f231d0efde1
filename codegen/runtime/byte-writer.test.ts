import { BinaryReader } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH } from './byte-reader.js';
import { ByteWriter, beginPart, endPart, type MessageWriter, writeMessage, writeUint32 } from './byte-writer.js';
import { WireError } from './wire-error.js';
import * as scalars from './write-scalars.js';

function written(write: (writer: ByteWriter) => void, initialBytes?: number): string {
  const writer = new ByteWriter(initialBytes);
  write(writer);
  return Buffer.from(writer.view()).toString('hex');
}

function reasonOf(write: (writer: ByteWriter) => void): unknown {
  try {
    return `wrote ${written(write)}`;
  } catch (error) {
    return WireError.is(error) ? error.reason : error;
  }
}

const writes = {
  uint32: writeUint32,
  int32: scalars.writeInt32,
  sint32: scalars.writeSint32,
  fixed32: scalars.writeFixed32,
  sfixed32: scalars.writeSfixed32,
  float: scalars.writeFloat,
  double: scalars.writeDouble,
  uint64: scalars.writeUint64,
  int64: scalars.writeInt64,
  sint64: scalars.writeSint64,
  fixed64: scalars.writeFixed64,
  sfixed64: scalars.writeSfixed64,
  uint64Number: scalars.writeUint64Number,
  int64Number: scalars.writeInt64Number,
  sint64Number: scalars.writeSint64Number,
  fixed64Number: scalars.writeFixed64Number,
  sfixed64Number: scalars.writeSfixed64Number,
};
type Method = keyof typeof writes;

/** Writes a value that the types do not allow as well as one that they do. */
function put(writer: ByteWriter, method: Method, value: unknown): void {
  writes[method](writer, value as never);
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

describe('ByteWriter', () => {
  it.each<[Method, unknown, string]>([
    ['uint32', 0, '00'],
    ['uint32', -0, '00'],
    ['uint32', 127, '7f'],
    ['uint32', 128, '8001'],
    ['uint32', 16_383, 'ff7f'],
    ['uint32', 16_384, '808001'],
    ['uint32', 4_294_967_295, 'ffffffff0f'],
    ['int32', 2_147_483_647, 'ffffffff07'],
    ['int32', -1, 'ffffffffffffffffff01'],
    ['int32', -2_147_483_648, '80808080f8ffffffff01'],
    ['sint32', -1, '01'],
    ['sint32', 2_147_483_647, 'feffffff0f'],
    ['sint32', -2_147_483_648, 'ffffffff0f'],
    ['fixed32', 4_294_967_295, 'ffffffff'],
    ['sfixed32', -1, 'ffffffff'],
    ['sfixed32', -2_147_483_648, '00000080'],
    ['float', 1, '0000803f'],
    ['float', -0, '00000080'],
    ['float', Number.NaN, '0000c07f'],
    ['float', Infinity, '0000807f'],
    ['double', -0, '0000000000000080'],
    ['double', -Infinity, '000000000000f0ff'],
    ['uint64', 0n, '00'],
    ['uint64', 127n, '7f'],
    ['uint64', 128n, '8001'],
    ['uint64', 2n ** 32n, '8080808010'],
    ['uint64', 2n ** 64n - 1n, 'ffffffffffffffffff01'],
    ['int64', -1n, 'ffffffffffffffffff01'],
    ['int64', -(2n ** 63n), '80808080808080808001'],
    ['sint64', -1n, '01'],
    ['sint64', 2n ** 63n - 1n, 'feffffffffffffffff01'],
    ['sint64', -(2n ** 63n), 'ffffffffffffffffff01'],
    ['fixed64', 2n ** 64n - 1n, 'ffffffffffffffff'],
    ['sfixed64', -1n, 'ffffffffffffffff'],
    ['uint64Number', MAX_SAFE, 'ffffffffffffff0f'],
    ['uint64Number', 2 ** 31 - 1, 'ffffffff07'],
    ['uint64Number', 2 ** 31, '8080808008'],
    ['uint64Number', 2 ** 32, '8080808010'],
    ['int64Number', -1, 'ffffffffffffffffff01'],
    ['int64Number', -MAX_SAFE, '81808080808080f0ff01'],
    ['int64Number', -(2 ** 32), '80808080f0ffffffff01'],
    ['sint64Number', -MAX_SAFE, 'fdffffffffffff1f'],
    ['fixed64Number', MAX_SAFE, 'ffffffffffff1f00'],
    ['sfixed64Number', -MAX_SAFE, '010000000000e0ff'],
  ])('%s of %s is %s', (method, value, hex) => {
    expect(written((writer) => put(writer, method, value))).toBe(hex);
    expect(written((writer) => put(writer, method, value), 0)).toBe(hex);
  });

  it.each<[Method, unknown, string]>([
    ['uint32', -1, 'invalid-field'],
    ['uint32', 4_294_967_296, 'invalid-field'],
    ['uint32', 1.5, 'invalid-field'],
    ['uint32', Number.NaN, 'invalid-field'],
    ['uint32', '5', 'invalid-field'],
    ['uint32', null, 'invalid-field'],
    ['uint32', undefined, 'invalid-field'],
    ['int32', 2_147_483_648, 'invalid-field'],
    ['int32', -2_147_483_649, 'invalid-field'],
    ['int32', 0.5, 'invalid-field'],
    ['sint32', 2_147_483_648, 'invalid-field'],
    ['fixed32', -1, 'invalid-field'],
    ['sfixed32', 2_147_483_648, 'invalid-field'],
    ['float', 3.5e38, 'invalid-field'],
    ['uint64', -1n, 'invalid-field'],
    ['uint64', 2n ** 64n, 'invalid-field'],
    ['int64', 2n ** 63n, 'invalid-field'],
    ['int64', -(2n ** 63n) - 1n, 'invalid-field'],
    ['sint64', 2n ** 63n, 'invalid-field'],
    ['fixed64', 2n ** 64n, 'invalid-field'],
    ['fixed64', -1n, 'invalid-field'],
    ['sfixed64', 2n ** 63n, 'invalid-field'],
    ['uint64Number', -1, 'unsafe-integer'],
    ['uint64Number', MAX_SAFE + 1, 'unsafe-integer'],
    ['uint64Number', Number.NaN, 'unsafe-integer'],
    ['int64Number', -MAX_SAFE - 1, 'unsafe-integer'],
    ['int64Number', 0.1, 'unsafe-integer'],
    ['sint64Number', MAX_SAFE + 1, 'unsafe-integer'],
    ['fixed64Number', -1, 'unsafe-integer'],
    ['fixed64Number', Infinity, 'unsafe-integer'],
    ['sfixed64Number', -MAX_SAFE - 1, 'unsafe-integer'],
  ])('%s refuses %s: %s', (method, value, reason) => {
    expect(reasonOf((writer) => put(writer, method, value))).toBe(reason);
  });

  it('says what it refuses', () => {
    expect(() => writeUint32(new ByteWriter(), 1.5)).toThrow('1.5 does not fit into a field of type uint32');
    expect(() => scalars.writeString(new ByteWriter(), {} as string)).toThrow('a object does not fit');
  });
});

describe('texts', () => {
  const lengths = [0, 1, 31, 32, 33, 63, 64, 65, 126, 127, 128, 129, 16_383, 16_384, 16_385];

  it.each(lengths)('are written as UTF-8, at %d characters', (length) => {
    for (const last of ['b', 'é', '€', '😀', '\u0000', '\ud800', '\udc00']) {
      const text = ('a'.repeat(length) + last).slice(-length || undefined);
      for (const initialBytes of [0, 1, 256]) {
        for (const write of [scalars.writeString, scalars.writeText]) {
          const writer = new ByteWriter(initialBytes);
          write(writer, text);
          const reader = new BinaryReader(writer.copy());
          expect(reader.string()).toBe(Buffer.from(text).toString());
          expect(reader.pos).toBe(writer.pos);
        }
      }
    }
  });

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('have U+FFFD for a lone surrogate: %j', (text) => {
    const writer = new ByteWriter();
    scalars.writeString(writer, text);
    expect(Buffer.from(writer.view()).subarray(1).toString()).toBe(text.replace(/[\ud800-\udfff]/g, '\ufffd'));
  });
});

describe('parts', () => {
  it.each([0, 1, 126, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_151, 2_097_152])(
    'have their length in front: %d bytes',
    (length) => {
      const content = new Uint8Array(length).fill(7);
      for (const initialBytes of [0, length + 1, length + 64]) {
        const writer = new ByteWriter(initialBytes);
        writeUint32(writer, 9);
        const mark = beginPart(writer);
        writer.raw(content);
        endPart(writer, mark);
        writeUint32(writer, 5);
        const reader = new BinaryReader(writer.view());
        expect(reader.uint32()).toBe(9);
        expect(Buffer.compare(reader.bytes(), content)).toBe(0);
        expect([reader.uint32(), reader.pos]).toEqual([5, writer.pos]);
      }
    },
  );

  it('nest, and the outer one grows with the length of the inner one', () => {
    const hex = written((writer) => {
      const outer = beginPart(writer);
      const inner = beginPart(writer);
      writer.raw(new Uint8Array(128));
      endPart(writer, inner);
      endPart(writer, outer);
    });
    expect(hex).toBe(`82018001${'00'.repeat(128)}`);
  });

  it('are messages as well', () => {
    const codec: MessageWriter<number> = { write: (value, writer) => writeUint32(writer, value) };
    expect(written((writer) => writeMessage(writer, codec, 300))).toBe('02ac02');
  });

  const list: MessageWriter<unknown[]> = {
    write(items, writer) {
      for (const item of items) writeMessage(writer, list, item as unknown[]);
    },
  };

  function nested(levels: number): unknown[] {
    return levels === 0 ? [] : [nested(levels - 1)];
  }

  it(`are ${MAX_DEPTH} levels deep at most, as readers have it`, () => {
    expect(reasonOf((writer) => list.write(nested(MAX_DEPTH), writer))).toContain('wrote');
    expect(reasonOf((writer) => list.write(nested(MAX_DEPTH + 1), writer))).toBe('too-deep');
  });

  it('end for a value that holds itself, and the writer is as good as before', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const writer = new ByteWriter();
    for (let time = 0; time < 3; time++) expect(() => list.write(cyclic, writer)).toThrow('nested deeper');
    writer.pos = 0;
    list.write(nested(MAX_DEPTH), writer);
    expect(writer.pos).toBe(MAX_DEPTH);
  });
});

describe('the buffer', () => {
  it('grows and keeps what was written', () => {
    const writer = new ByteWriter(1);
    for (let value = 0; value < 100; value++) writeUint32(writer, value);
    expect([...writer.view()]).toEqual(Array.from({ length: 100 }, (_, value) => value));
    expect(writer.capacity).toBeGreaterThanOrEqual(100);
  });

  it('is lent by view and given by copy', () => {
    const writer = new ByteWriter();
    writeUint32(writer, 1);
    const [lent, given] = [writer.view(), writer.copy()];
    writer.reset();
    writeUint32(writer, 2);
    expect([lent[0], given[0], writer.pos]).toEqual([2, 1, 1]);
  });

  it('leaves room that is filled in later', () => {
    const writer = new ByteWriter();
    writer.raw(Uint8Array.from([9]));
    expect(writer.reserve(2)).toBe(1);
    writer.raw(Uint8Array.from([8]));
    writer.dataView.setUint16(1, 0x0102);
    expect([...writer.view()]).toEqual([9, 1, 2, 8]);
    expect([...writer.view(1)]).toEqual([1, 2, 8]);
    expect(new ByteWriter(2).reserve(300)).toBe(0);
  });

  it('takes bytes in full', () => {
    expect(written((writer) => scalars.writeBytes(writer, Uint8Array.from([5, 6])))).toBe('020506');
    expect(written((writer) => scalars.writeBytes(writer, new Uint8Array(0)))).toBe('00');
    expect(written((writer) => scalars.writeBool(writer, true))).toBe('01');
  });
});
