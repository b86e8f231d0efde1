import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readGobStruct } from './gob-reader.js';
import { writeGobMessage } from './gob-writer.js';

const wanted = { Action: 'string', Data: 'bytes', NoEncrypt: 'bool' } as const;
const DEFINITION_BYTES = 57;

describe('the gob writer', () => {
  const cases: readonly (readonly [action: string, data: string, noEncrypt: boolean, value: string])[] = [
    ['', '', false, '03ff8200'],
    ['a', '', false, '06ff8201016100'],
    ['', '01', false, '06ff8202010100'],
    ['', '', true, '05ff82030100'],
    ['a', '01', true, '0bff8201016101010101 0100'],
    ['a', '', true, '08ff82010161020100'],
    ['', '01', true, '08ff82020101010100'],
    ['é', '', false, '07ff820102c3a900'],
  ];
  it.each(cases)('leaves out what is zero: %j %j %j', (action, data, noEncrypt, value) => {
    const bytes = writeGobMessage({ action, data: Buffer.from(data, 'hex'), noEncrypt }, 0);
    expect(bytes.subarray(DEFINITION_BYTES).toString('hex')).toBe(value.replaceAll(' ', ''));
  });

  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 16_777_216])('writes %i bytes of data', (length) => {
    const data = Buffer.alloc(length, 7);
    const { Data } = readGobStruct(writeGobMessage({ action: 'a', data, noEncrypt: false }, 0), wanted);
    expect(Data?.length ?? 0).toBe(length);
    expect(Buffer.compare(Data ?? Buffer.alloc(0), data)).toBe(0);
  });

  it('leaves room in front', () => {
    const message = { action: 'a', data: Buffer.from('01', 'hex'), noEncrypt: false };
    const bytes = writeGobMessage(message, 4);
    expect(bytes.subarray(4)).toEqual(writeGobMessage(message, 0));
  });
});
