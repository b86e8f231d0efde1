import { describe, expect, it } from 'vitest';
import { MAX_DEPTH } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { decode, encode } from './codec.js';
import {
  BoolValueCodec,
  BytesValueCodec,
  DoubleValueCodec,
  FieldMaskCodec,
  FloatValueCodec,
  Int32ValueCodec,
  Int64ValueCodec,
  ListValueCodec,
  StringValueCodec,
  StructCodec,
  UInt32ValueCodec,
  UInt64ValueCodec,
  ValueCodec,
} from './well-known.js';

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

describe('ValueCodec', () => {
  it.each([
    [null, '0800'],
    [0, '110000000000000000'],
    [-0, '110000000000000080'],
    [1.5, '11000000000000f83f'],
    ['', '1a00'],
    ['é', '1a02c3a9'],
    [true, '2001'],
    [false, '2000'],
    [{}, '2a00'],
    [[], '3200'],
    [[null, 'a'], '32090a0208000a031a0161'],
    [{ a: [true] }, '2a0d0a0b0a016112063204 0a022001'.replace(' ', '')],
  ])('writes %j as %s and reads it back', (value, hex) => {
    expect(hexOf(encode(ValueCodec, value))).toBe(hex);
    expect(decode(ValueCodec, fromHex(hex))).toEqual(value);
  });

  it.each([
    ['', null],
    ['08ff7f', null],
    ['20011a0161', 'a'],
    ['32040a02080032040a022001', [null, true]],
    ['2a07 0a050a01611200'.replace(' ', ''), { a: null }],
    ['7801', null],
  ])('reads %s as %j', (hex, value) => {
    expect(decode(ValueCodec, fromHex(hex))).toEqual(value);
  });

  it.each([[() => 1], [Symbol('x')], [5n]])('refuses what JSON has no word for: %s', (value) => {
    expect(() => encode(ValueCodec, value)).toThrow('is not a JSON value');
  });
});

describe('StructCodec', () => {
  it('has a member __proto__ like any other, and leaves the prototype alone', () => {
    const object = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as object;
    const bytes = encode(StructCodec, object);
    const read = decode(StructCodec, bytes);
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect('polluted' in read).toBe(false);
    expect('polluted' in {}).toBe(false);
    expect(hexOf(encode(StructCodec, read))).toBe(hexOf(bytes));
  });

  it('leaves members out that are undefined', () => {
    expect(decode(StructCodec, encode(StructCodec, { a: undefined, b: 1 }))).toEqual({ b: 1 });
  });

  it.each([
    ['0a07 0a016112022001 0a07 0a016112022000', { a: false }],
    ['0a00', { '': null }],
    ['0a05 0a0161 7801', { a: null }],
    ['0a13 0a0161 1206 32040a020800 1206 32040a022001', { a: [null, true] }],
    ['0a0b 0a0161 120432020a00 1200', { a: [null] }],
  ])('reads %s', (hex, value) => {
    expect(decode(StructCodec, fromHex(hex.replaceAll(' ', '')))).toEqual(value);
  });

  it('merges into what is given', () => {
    const into = { a: 1, b: 2 };
    const writer = new ByteWriter();
    StructCodec.write({ b: 3 }, writer);
    expect(decode({ read: (reader) => StructCodec.read(reader, into) }, writer.copy())).toEqual({ a: 1, b: 3 });
  });
});

describe('depth', () => {
  function nested(levels: number): unknown {
    return levels === 0 ? 'core' : { in: nested(levels - 1) };
  }

  it('is the same for writing and reading', () => {
    // A level is a Struct and a Value.
    const deepest = nested(MAX_DEPTH / 2);
    expect(decode(ValueCodec, encode(ValueCodec, deepest))).toEqual(deepest);
    expect(() => encode(ValueCodec, nested(MAX_DEPTH / 2 + 1))).toThrow('nested deeper');
  });

  it('ends for an object and for a list that hold themselves', () => {
    const object: Record<string, unknown> = {};
    object.self = object;
    const list: unknown[] = [];
    list.push({ list });
    expect(() => encode(StructCodec, object)).toThrow('nested deeper');
    expect(() => encode(ListValueCodec, list)).toThrow('nested deeper');
  });
});

describe('wrappers', () => {
  it.each([
    [DoubleValueCodec, -0, '090000000000000080'],
    [DoubleValueCodec, Number.NaN, '09000000000000f87f'],
    [FloatValueCodec, 1, '0d0000803f'],
    [Int64ValueCodec, -1n, '08ffffffffffffffffff01'],
    [UInt64ValueCodec, 2n ** 64n - 1n, '08ffffffffffffffffff01'],
    [Int32ValueCodec, -1, '08ffffffffffffffffff01'],
    [UInt32ValueCodec, 300, '08ac02'],
    [BoolValueCodec, true, '0801'],
    [StringValueCodec, 'é', '0a02c3a9'],
    [BytesValueCodec, Uint8Array.from([7]), '0a0107'],
  ] as const)('%o writes %s as %s', (codec, value, hex) => {
    expect(hexOf(encode(codec as never, value as never))).toBe(hex);
    expect(decode(codec as never, fromHex(hex))).toEqual(value);
    expect(decode(codec as never, fromHex(`7801${hex}`))).toEqual(value);
  });

  it.each([
    [DoubleValueCodec, 0],
    [FloatValueCodec, 0],
    [Int64ValueCodec, 0n],
    [UInt64ValueCodec, 0n],
    [Int32ValueCodec, 0],
    [UInt32ValueCodec, 0],
    [BoolValueCodec, false],
    [StringValueCodec, ''],
    [BytesValueCodec, new Uint8Array(0)],
    [FieldMaskCodec, []],
    [ListValueCodec, []],
    [StructCodec, {}],
  ] as const)('%o has nothing to write for %s', (codec, value) => {
    expect(encode(codec as never, value as never).length).toBe(0);
    expect(decode(codec as never, new Uint8Array(0))).toEqual(value);
  });

  it('of bytes and of paths', () => {
    expect(BytesValueCodec.borrows).toBe(true);
    expect(StringValueCodec.borrows).toBe(false);
    expect(hexOf(encode(FieldMaskCodec, ['a', 'b.c']))).toBe('0a01610a03622e63');
    expect(decode(FieldMaskCodec, fromHex('0a01610a03622e63'))).toEqual(['a', 'b.c']);
  });
});
