import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/**
 * What stands before the bytes of a value on the disk:
 * [format u8][kind u8][revision u64][deadline u64], big-endian; deadline 0: never.
 */
export interface ValueHeader {
  readonly kind: number;
  readonly revision: number;
  /** Unix milliseconds; 0: never. */
  readonly expiresAtMs: number;
}

export const VALUE_HEADER_BYTES = 18;
const FORMAT = 1;
const TWO_POW_32 = 0x1_0000_0000;

/** Writes a number below 2^53 as eight bytes. */
export function writeUint64(target: Uint8Array, offset: number, value: number): void {
  writeUint32(target, offset, Math.floor(value / TWO_POW_32));
  writeUint32(target, offset + 4, value >>> 0);
}

export function readUint64(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset) * TWO_POW_32 + readUint32(bytes, offset + 4);
}

export function writeValueHeader(target: Uint8Array, offset: number, header: ValueHeader): void {
  target[offset] = FORMAT;
  target[offset + 1] = header.kind;
  writeUint64(target, offset + 2, header.revision);
  writeUint64(target, offset + 10, header.expiresAtMs);
}

/** @throws PolywireError STORAGE_FAILED when the bytes do not begin with a header of a known format */
export function readValueHeader(bytes: Uint8Array): ValueHeader {
  if (bytes.length < VALUE_HEADER_BYTES || bytes[0] !== FORMAT) {
    throw new PolywireError(
      ErrorCode.STORAGE_FAILED,
      `a stored value of ${bytes.length} bytes does not begin with a header of format ${FORMAT}; restore a backup`,
    );
  }
  return { kind: bytes[1] ?? 0, revision: readUint64(bytes, 2), expiresAtMs: readUint64(bytes, 10) };
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  const high = (bytes[offset] ?? 0) * 0x1_00_00_00;
  return high + (((bytes[offset + 1] ?? 0) << 16) | ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0));
}
