import { describe, expect, it } from 'vitest';
import {
  ByteReader,
  MAX_DEPTH,
  type MessageReader,
  readMessage,
  readTag,
  readUint32,
  skipField,
} from './byte-reader.js';

const reader = (hex: string): ByteReader => new ByteReader(Uint8Array.from(Buffer.from(hex, 'hex')));
const refusal = (reason: string): unknown => expect.objectContaining({ reason });

describe('nested parts', () => {
  const numbers: MessageReader<number[]> = {
    read(from, into = []) {
      while (from.pos < from.end) into.push(readUint32(from));
      return into;
    },
  };

  it('reads as far as its length says, and then on', () => {
    const from = reader('0201020903');
    expect(readMessage(from, numbers)).toEqual([1, 2]);
    expect([readUint32(from), readUint32(from)]).toEqual([9, 3]);
  });

  it('merges into what is given', () => {
    expect(readMessage(reader('0102'), numbers, [7])).toEqual([7, 2]);
  });

  it('refuses a length beyond the message around it', () => {
    const inner: MessageReader<unknown> = { read: (from) => readMessage(from, numbers) };
    expect(() => readMessage(reader('0202010101'), inner)).toThrow(refusal('malformed') as Error);
  });

  it('refuses a varint that goes beyond the end of its message', () => {
    expect(() => readMessage(reader('01800101'), numbers)).toThrow(refusal('malformed') as Error);
  });

  it('refuses a reader that stops early', () => {
    expect(() => readMessage(reader('020101'), { read: (from) => readUint32(from) })).toThrow(
      refusal('malformed') as Error,
    );
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
    expect(() => nest.read(new ByteReader(nested(MAX_DEPTH + 1)))).toThrow(refusal('too-deep') as Error);
  });

  it('counts anew after a reset', () => {
    const from = new ByteReader(nested(MAX_DEPTH + 1));
    expect(() => nest.read(from)).toThrow(refusal('too-deep') as Error);
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
    expect(() => skipped(hex)).toThrow(refusal('malformed') as Error);
  });

  it(`passes over ${MAX_DEPTH} groups in each other and no more`, () => {
    const groups = (count: number): string => '0b'.repeat(count) + '0c'.repeat(count);
    expect(skipped(groups(MAX_DEPTH))).toBe(0);
    expect(() => skipped(groups(MAX_DEPTH + 1))).toThrow(refusal('too-deep') as Error);
  });

  it('is done with a group at its end, not deeper by one', () => {
    const from = reader('0b0c'.repeat(MAX_DEPTH + 1));
    while (from.pos < from.end) skipField(from, readTag(from));
    expect(from.pos).toBe(from.end);
  });
});
