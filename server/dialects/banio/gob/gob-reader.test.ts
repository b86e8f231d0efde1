import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { goStructs } from './go-structs.cases.js';
import { GobError } from './gob-error.js';
import { readGobStruct } from './gob-reader.js';

const wanted = { Action: 'string', Data: 'bytes', NoEncrypt: 'bool' } as const;
const read = (hex: string) => readGobStruct(Buffer.from(hex.replaceAll(' ', ''), 'hex'), wanted);

/** A message of less than 128 bytes: its length, then those. */
const message = (hex: string): string => {
  const bytes = hex.replaceAll(' ', '');
  return Buffer.from([bytes.length / 2]).toString('hex') + bytes;
};
/** A field's definition: name and type id. Ids are signed: 65 is ff82, -65 is ff81, the text's 6 is 0c. */
const field = (name: string, type: string): string =>
  `01 0${name.length} ${Buffer.from(name).toString('hex')} 01 ${type} 00`;
const action = field('Action', '0c');

/** Struct 65 {Action string; X <type>}. */
const withX = (type: string): string => message(`ff81 03 02 02 ${action} ${field('X', type)} 00 00`);
/** Its value: Action "a", then X. */
const valueX = (hex: string): string => message(`ff82 01 01 61 01 ${hex} 00`);

describe('a gob struct', () => {
  it.each(goStructs)('with %s is read without it', (_, hex) => {
    expect(read(hex)).toEqual({ Action: 'a', Data: Buffer.from([1]) });
  });

  it.each(goStructs)('with %s is an error when it is cut anywhere', (_, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readGobStruct(bytes.subarray(0, length), wanted), `${length} bytes`).toThrow(GobError);
    }
  });

  it('has no value for what is zero', () => {
    expect(read(message(`ff81 03 02 01 ${action} 00 00`) + message('ff82 00'))).toEqual({});
  });

  it('gives views of the input', () => {
    const bytes = Buffer.from(goStructs[0]?.[1] as string, 'hex');
    expect(readGobStruct(bytes, wanted).Data?.buffer).toBe(bytes.buffer);
  });

  it('keeps a byte order mark', () => {
    expect(read(withX('04') + message('ff82 01 04 efbbbf61 00')).Action).toBe('\ufeffa');
  });
});

describe('a gob that is refused', () => {
  const nested = (levels: number): string => {
    // Type 66 is a list of itself.
    const list = message('ff83 02 02 ff84 00 00');
    return list + withX('ff84') + valueX(`${'01'.repeat(levels)}00`);
  };

  it('values at most 64 levels deep are read', () => {
    expect(read(nested(64)).Action).toBe('a');
    expect(() => read(nested(65))).toThrow('values more than 64 levels deep');
  });

  const many = (count: number): string => {
    let hex = '';
    for (let id = 0; id < count; id++) {
      const signed = Buffer.from([0xfe, (2 * (66 + id) - 1) >> 8, (2 * (66 + id) - 1) & 255]).toString('hex');
      hex += message(`${signed} 02 02 04 00 00`);
    }
    return hex;
  };

  it('more than 256 types', () => {
    expect(read(many(255) + withX('04') + valueX('02')).Action).toBe('a');
    expect(() => read(many(256) + withX('04') + valueX('02'))).toThrow('more than 256 types');
  });

  it('more than 1024 fields', () => {
    const wide = (count: number): string => {
      const fields = field('b', '04').replaceAll(' ', '').repeat(count);
      const body = `ff830302fe${count.toString(16).padStart(4, '0')}${fields}0000`;
      return `fe${(body.length / 2).toString(16).padStart(4, '0')}${body}`;
    };
    expect(read(wide(1022) + withX('04') + valueX('02')).Action).toBe('a');
    expect(() => read(wide(1023) + withX('04') + valueX('02'))).toThrow('more than 1024 fields');
  });

  it('more than 100,000 values that are passed over', () => {
    const withList = (count: number): string => {
      const size = (2 + 3 + 1 + 4 + count + 1).toString(16).padStart(6, '0');
      const length = count.toString(16).padStart(6, '0');
      return `${message('ff83 02 02 04 00 00')}${withX('ff84')}fd${size}ff8201016101fd${length}${'00'.repeat(count)}00`;
    };
    expect(read(withList(99_999)).Action).toBe('a');
    expect(() => read(withList(100_000))).toThrow('more than 100000 values');
  });

  const cases: readonly (readonly [what: string, hex: string, text: string])[] = [
    ['nothing', '', 'the message ends too early'],
    ['an empty message', '00', 'the message ends too early'],
    ['an integer of nine bytes', message('f7'), 'an integer of 9 bytes'],
    ['a type that is defined twice', withX('04') + withX('04'), 'type 65 is defined twice'],
    ['a built-in type that is defined', message('0b 02 02 04 00 00'), 'type 6 is defined twice'],
    ['a type of no kind', message('ff81 00'), 'type 65 is of no kind'],
    ['a type of two kinds', message('ff81 02 02 04 00 01 02 04 00 00'), 'type 65 is of two kinds'],
    ['a type of an unknown kind', message('ff81 08 00 00'), 'a type of unknown kind 7'],
    ['bytes after a definition', message(`ff81 03 02 01 ${action} 00 00 00`), 'bytes after a type definition'],
    ['a value of a type that is not defined', message('ff82 00'), 'the value is not a struct'],
    ['a value that is a list', message('ff81 02 02 04 00 00') + message('ff82 00 00'), 'the value is not a struct'],
    ['a field of a type that is not defined', withX('ff84') + message('ff82 00'), 'type 66 is not defined'],
    ['a field of a reserved type', withX('12') + message('ff82 00'), 'type 9 is not defined'],
    ['Action of another type', message(`ff81 03 02 01 ${field('Action', '0a')} 00 00`) + message('ff82 00'), 'Action'],
    ['none of the fields', message(`ff81 03 02 01 ${field('action', '0c')} 00 00`) + message('ff82 00'), 'none of'],
    ['a field that the struct lacks', withX('04') + message('ff82 03 01 00'), 'field 2 of a struct of 2'],
    ['a field of a huge number', withX('04') + message('ff82 f8ffffffffffffffff 00'), 'of a struct of 2'],
    ['text that is longer than the message', withX('04') + message('ff82 01 7f 61 00'), 'Action of length 127'],
    ['a list of more than there is', message('ff83 02 02 04 00 00') + withX('ff84') + valueX('fd0fffff'), 'a list of'],
    [
      'an array of another length',
      message('ff83 01 02 04 01 04 00 00') + withX('ff84') + valueX('03 02 02 02'),
      'an array of 3 elements, defined with 2',
    ],
    ['an interface whose value lacks its zero', withX('10') + valueX('01 61 04 02 01 02'), 'must begin with a zero'],
  ];
  it.each(cases)('%s', (_, hex, text) => {
    expect(() => read(hex)).toThrow(GobError);
    expect(() => read(hex)).toThrow(text);
  });
});
