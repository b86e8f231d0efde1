import { type ByteReader, readUint32 } from './byte-reader.js';
import { type ByteWriter, writeUint32 } from './byte-writer.js';
import { EMPTY_BYTES } from './codec.js';
import * as read from './read-scalars.js';
import * as write from './write-scalars.js';

/** How the values of one scalar type travel; an enum is an int32. */
export interface ScalarKind<T = unknown> {
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  /** The value of a missing field. */
  readonly zero: T;
  /** -0 is not the value of a missing field. */
  readonly signed?: boolean;
  read(reader: ByteReader): T;
  write(writer: ByteWriter, value: T): void;
}

type Numbers = ScalarKind<number>;
type BigInts = ScalarKind<bigint>;

export const boolKind: ScalarKind<boolean> = { wire: 0, zero: false, read: read.readBool, write: write.writeBool };
export const stringKind: ScalarKind<string> = { wire: 2, zero: '', read: read.readText, write: write.writeText };
export const bytesKind: ScalarKind<Uint8Array> = {
  wire: 2,
  zero: EMPTY_BYTES,
  read: read.readView,
  write: write.writeBytes,
};
export const doubleKind: Numbers = {
  wire: 1,
  zero: 0,
  signed: true,
  read: read.readDouble,
  write: write.writeDouble,
};
export const floatKind: Numbers = { wire: 5, zero: 0, signed: true, read: read.readFloat, write: write.writeFloat };
export const int32Kind: Numbers = { wire: 0, zero: 0, read: read.readInt32, write: write.writeInt32 };
export const uint32Kind: Numbers = { wire: 0, zero: 0, read: readUint32, write: writeUint32 };
export const sint32Kind: Numbers = { wire: 0, zero: 0, read: read.readSint32, write: write.writeSint32 };
export const fixed32Kind: Numbers = { wire: 5, zero: 0, read: read.readFixed32, write: write.writeFixed32 };
export const sfixed32Kind: Numbers = { wire: 5, zero: 0, read: read.readSfixed32, write: write.writeSfixed32 };
export const int64Kind: BigInts = { wire: 0, zero: 0n, read: read.readInt64, write: write.writeInt64 };
export const uint64Kind: BigInts = { wire: 0, zero: 0n, read: read.readUint64, write: write.writeUint64 };
export const sint64Kind: BigInts = { wire: 0, zero: 0n, read: read.readSint64, write: write.writeSint64 };
export const fixed64Kind: BigInts = { wire: 1, zero: 0n, read: read.readFixed64, write: write.writeFixed64 };
export const sfixed64Kind: BigInts = { wire: 1, zero: 0n, read: read.readSfixed64, write: write.writeSfixed64 };
export const int64NumberKind: Numbers = {
  wire: 0,
  zero: 0,
  read: read.readInt64Number,
  write: write.writeLong,
};
export const uint64NumberKind: Numbers = {
  wire: 0,
  zero: 0,
  read: read.readUint64Number,
  write: write.writeUnsignedLong,
};
export const sint64NumberKind: Numbers = {
  wire: 0,
  zero: 0,
  read: read.readSint64Number,
  write: write.writeSint64Number,
};
export const fixed64NumberKind: Numbers = {
  wire: 1,
  zero: 0,
  read: read.readFixed64Number,
  write: write.writeFixed64Number,
};
export const sfixed64NumberKind: Numbers = {
  wire: 1,
  zero: 0,
  read: read.readSfixed64Number,
  write: write.writeSfixed64Number,
};
