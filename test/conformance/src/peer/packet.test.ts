import { describe, expect, it } from 'vitest';
import { encodePacket, PacketError, type PacketInit, PacketReader } from './packet.js';

const request: PacketInit = {
  type: 1,
  serviceId: 0xfa,
  messageId: 0x01020304,
  flags: 0x0c05,
  ext: Uint8Array.of(8, 1),
  payload: Buffer.from('abc'),
};
const golden = '010001fa01020304000200000003' + '0c05' + '0801' + '616263';

function readAll(pieces: readonly Uint8Array[]): unknown[] {
  const reader = new PacketReader(100);
  return pieces.flatMap((piece) => reader.push(piece));
}

describe('encodePacket', () => {
  it('writes every field at its place, big-endian', () => {
    expect(Buffer.from(encodePacket(request)).toString('hex')).toBe(golden);
  });

  it('writes what a test wants to be wrong', () => {
    const wrong = encodePacket({ ...request, version: 9, compression: 3, type: 200, ext: new Uint8Array(0) });
    expect(Buffer.from(wrong.subarray(0, 4)).toString('hex')).toBe('0903c8fa');
  });
});

describe('PacketReader', () => {
  const bytes = Buffer.concat([encodePacket(request), encodePacket({ type: 0, serviceId: 0, messageId: 0, flags: 0 })]);
  const packets = [
    { version: 1, compression: 0, ...request, payload: Uint8Array.from(Buffer.from('abc')) },
    {
      version: 1,
      compression: 0,
      type: 0,
      serviceId: 0,
      messageId: 0,
      flags: 0,
      ext: new Uint8Array(0),
      payload: new Uint8Array(0),
    },
  ];

  it('reads packets that come together', () => {
    expect(readAll([bytes])).toEqual(packets);
  });

  it('reads packets that are cut anywhere', () => {
    for (let at = 1; at < bytes.length; at++) {
      expect(readAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(packets);
    }
    expect(readAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(packets);
  });

  it('counts the bytes of an unfinished packet', () => {
    const reader = new PacketReader(100);
    reader.push(bytes.subarray(0, 7));
    expect(reader.pendingBytes).toBe(7);
    reader.push(bytes.subarray(7));
    expect(reader.pendingBytes).toBe(0);
  });

  it.each([
    ['version', { version: 2 }, /a packet of version 2 came/],
    ['compression', { compression: 1 }, /compression 1 came/],
    ['type', { type: 3 }, /a packet of type 3 came/],
    ['length', { payload: new Uint8Array(101) }, /a payload of 101 bytes is announced; 100 is the most/],
  ])('refuses a wrong %s', (_, wrong, text) => {
    const reader = new PacketReader(100);
    expect(() => reader.push(encodePacket({ ...request, ...wrong }))).toThrow(PacketError);
    expect(() => new PacketReader(100).push(encodePacket({ ...request, ...wrong }))).toThrow(text);
  });

  it('owns its bytes', () => {
    const input = Buffer.from(encodePacket(request));
    const [packet] = new PacketReader(100).push(input);
    input.fill(0);
    expect(Buffer.from(packet!.payload).toString()).toBe('abc');
  });
});
