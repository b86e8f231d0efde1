import { PacketType } from '@polywire/protocol/polywire.transport.v1';
import { describe, expect, it } from 'vitest';
import { PacketWriter } from './packet-writer.js';
import { writeEncoded } from './write-encoded.js';

function payloadOf(writer: PacketWriter, payload: Uint8Array): Uint8Array {
  writeEncoded(writer, PacketType.REQUEST, 2, 1, 0, undefined, payload);
  return writer.take().slice(16);
}

describe('what a writer hands out', () => {
  it('is what was written last, also when it is as long as before', () => {
    const writer = new PacketWriter();
    for (const value of [1, 2, 3]) {
      const payload = new Uint8Array(10).fill(value);
      expect(payloadOf(writer, payload)).toEqual(payload);
    }
  });

  it('lies in the buffer that the writer has now', () => {
    const writer = new PacketWriter();
    const short = new Uint8Array(10).fill(1);
    expect(payloadOf(writer, short)).toEqual(short);
    for (const length of [5_000, 100_000]) {
      const long = new Uint8Array(length).fill(2);
      expect(payloadOf(writer, long)).toEqual(long);
      const next = new Uint8Array(10).fill(length & 255);
      expect(payloadOf(writer, next)).toEqual(next);
    }
  });

  it('lies in the new buffer after one that became too large was given up unsent', () => {
    const writer = new PacketWriter();
    expect(payloadOf(writer, new Uint8Array(10).fill(1))[0]).toBe(1);
    writeEncoded(writer, PacketType.REQUEST, 2, 1, 0, undefined, new Uint8Array(100_000));
    writer.reset();
    expect(payloadOf(writer, new Uint8Array(10).fill(2))[0]).toBe(2);
  });
});
