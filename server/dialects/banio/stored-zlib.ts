import { Buffer } from 'node:buffer';

/** Compressing so little saves next to nothing, and setting a compressor up takes many times as long as all else. */
export const MAX_STORED_BYTES = 64;

const HEADER_BYTES = 7;
const CHECKSUM_BYTES = 4;
/** The largest prime below 2^16. So few bytes cannot make a sum of more than 32 bits. */
const ADLER_MODULUS = 65_521;

/** A zlib stream (RFC 1950) of a payload of at most `MAX_STORED_BYTES`, as one block that is not compressed. */
export function storeAsZlib(payload: Uint8Array): Buffer {
  const { length } = payload;
  const stream = Buffer.allocUnsafe(HEADER_BYTES + length + CHECKSUM_BYTES);
  // A window of 32 KiB and no compression; 0x78 is how readers tell a zlib stream.
  stream[0] = 0x78;
  stream[1] = 0x01;
  // The last block, stored.
  stream[2] = 1;
  stream.writeUInt16LE(length, 3);
  stream.writeUInt16LE(length ^ 0xffff, 5);
  let low = 1;
  let high = 0;
  for (let index = 0; index < length; index++) {
    const byte = payload[index] as number;
    stream[HEADER_BYTES + index] = byte;
    low += byte;
    high += low;
  }
  stream.writeUInt16BE(high % ADLER_MODULUS, HEADER_BYTES + length);
  stream.writeUInt16BE(low % ADLER_MODULUS, HEADER_BYTES + length + 2);
  return stream;
}
