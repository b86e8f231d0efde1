import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { WriteBuffer } from './write-buffer.js';

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('a buffer for writes', () => {
  it('gives the same memory again, filled with what comes next', () => {
    const buffer = new WriteBuffer();
    const first = buffer.copy(bytes(10, 1));
    expect(first).toEqual(Buffer.alloc(10, 1));
    expect(buffer.copy(bytes(10, 2))).toBe(first);
    expect(first).toEqual(Buffer.alloc(10, 2));
    expect(buffer.copy(bytes(74, 3))).toEqual(Buffer.alloc(74, 3));
    expect(buffer.copy(bytes(10, 4))).toEqual(Buffer.alloc(10, 4));
  });

  it('does not touch again what was given away', () => {
    const buffer = new WriteBuffer();
    const waiting = buffer.copy(bytes(10, 1));
    buffer.giveAway();
    expect(buffer.copy(bytes(10, 2))).toEqual(Buffer.alloc(10, 2));
    expect(waiting).toEqual(Buffer.alloc(10, 1));
  });

  it('has room for 16 kB', () => {
    const buffer = new WriteBuffer();
    expect(buffer.copy(bytes(16_384, 1))?.length).toBe(16_384);
    expect(buffer.copy(bytes(16_385, 1))).toBeUndefined();
  });
});
