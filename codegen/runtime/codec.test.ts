import { describe, expect, it } from 'vitest';
import type { MessageWriter } from './byte-writer.js';
import { decode, encode } from './codec.js';
import { readString } from './read-scalars.js';
import { writeString } from './write-scalars.js';

interface Box {
  readonly text: string;
}

const boxes: MessageWriter<Box> = { write: (message, writer) => writeString(writer, message.text) };

describe('encode', () => {
  it('gives bytes that the next call does not change', () => {
    const first = encode(boxes, { text: 'first' });
    encode(boxes, { text: 'other' });
    expect(Buffer.from(first.subarray(1)).toString()).toBe('first');
    expect(first.buffer.byteLength).toBe(first.length);
  });

  it('may be called while a message is read', () => {
    const outer = {
      get text() {
        return `in ${Buffer.from(encode(boxes, { text: 'deep' }).subarray(1))}`;
      },
    };
    expect(Buffer.from(encode(boxes, outer).subarray(1)).toString()).toBe('in deep');
  });

  it('goes on after a message that cannot be written', () => {
    expect(() => encode(boxes, { text: 5 as unknown as string })).toThrow('type string');
    expect(decode({ read: readString }, encode(boxes, { text: 'after' }))).toBe('after');
  });
});
