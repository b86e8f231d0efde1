import { type ByteWriter, beginPart, endPart, misfit, writeByte, writeUint32, writeVarint } from './byte-writer.js';
import { unsafeInteger } from './wire-error.js';

// Values of fields. Each throws WireError when the field cannot hold the value.

const encoder = new TextEncoder();
const MAX_ASCII_LOOP = 64;

/** A negative int32 takes ten bytes, as protobuf has it. */
export function writeInt32(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value) throw misfit(value, 'int32');
  if (value < 0) writeVarint(writer, value >>> 0, 0xffff_ffff);
  else writeUint32(writer, value);
}

export function writeSint32(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value) throw misfit(value, 'int32');
  writeUint32(writer, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function writeBool(writer: ByteWriter, value: boolean): void {
  writeByte(writer, value ? 1 : 0);
}

export function writeFixed32(writer: ByteWriter, value: number): void {
  if (value >>> 0 !== value) throw misfit(value, 'uint32');
  writer.ensure(4);
  writer.dataView.setUint32(writer.pos, value, true);
  writer.pos += 4;
}

export function writeSfixed32(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value) throw misfit(value, 'int32');
  writeFixed32(writer, value >>> 0);
}

export function writeFloat(writer: ByteWriter, value: number): void {
  if (!Number.isFinite(Math.fround(value)) && Number.isFinite(value)) throw misfit(value, 'float');
  writer.ensure(4);
  writer.dataView.setFloat32(writer.pos, value, true);
  writer.pos += 4;
}

export function writeDouble(writer: ByteWriter, value: number): void {
  writer.ensure(8);
  writer.dataView.setFloat64(writer.pos, value, true);
  writer.pos += 8;
}

export function writeUint64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value) throw misfit(value, 'uint64');
  writeVarint(writer, Number(value & 0xffff_ffffn), Number(value >> 32n));
}

export function writeInt64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) throw misfit(value, 'int64');
  writeUint64(writer, BigInt.asUintN(64, value));
}

export function writeSint64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) throw misfit(value, 'int64');
  writeUint64(writer, (value << 1n) ^ (value >> 63n));
}

export function writeFixed64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value) throw misfit(value, 'uint64');
  writer.ensure(8);
  writer.dataView.setBigUint64(writer.pos, value, true);
  writer.pos += 8;
}

export function writeSfixed64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) throw misfit(value, 'int64');
  writeFixed64(writer, BigInt.asUintN(64, value));
}

// 64-bit fields that are JavaScript numbers (`jstype = JS_NUMBER`): integers up to 2^53 - 1.

export function writeUint64Number(writer: ByteWriter, value: number): void {
  if (!(value >= 0)) throw unsafeInteger();
  writeInt64Number(writer, value);
}

export function writeInt64Number(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) throw unsafeInteger();
  if (value < 0) writeVarint(writer, value >>> 0, Math.floor(value / 0x1_0000_0000) >>> 0);
  else if (value < 128) writeByte(writer, value);
  else writeWhole(writer, value);
}

/** Varint of a whole number from 0 to 2^53 - 1. A byte keeps the lowest eight bits of what is stored in it. */
function writeWhole(writer: ByteWriter, value: number): void {
  writer.ensure(8);
  const { buf } = writer;
  let at = writer.pos;
  let rest = value | 0;
  if (value > 0x7fff_ffff) {
    buf[at] = rest | 128;
    buf[at + 1] = (rest >>> 7) | 128;
    buf[at + 2] = (rest >>> 14) | 128;
    buf[at + 3] = (rest >>> 21) | 128;
    at += 4;
    rest = (value / 0x1000_0000) | 0;
  }
  while (rest > 127) {
    buf[at++] = rest | 128;
    rest >>>= 7;
  }
  buf[at++] = rest;
  writer.pos = at;
}

/** The same as `writeInt64Number` in less code, for tables. */
export function writeLong(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) throw unsafeInteger();
  writeVarint(writer, value >>> 0, Math.floor(value / 0x1_0000_0000) >>> 0);
}

/** The same as `writeUint64Number` in less code, for tables. */
export function writeUnsignedLong(writer: ByteWriter, value: number): void {
  writeLong(writer, value < 0 ? Number.NaN : value);
}

export function writeSint64Number(writer: ByteWriter, value: number): void {
  writeSint64(writer, safeBigInt(value));
}

export function writeFixed64Number(writer: ByteWriter, value: number): void {
  if (!(value >= 0)) throw unsafeInteger();
  writeFixed64(writer, safeBigInt(value));
}

export function writeSfixed64Number(writer: ByteWriter, value: number): void {
  writeSfixed64(writer, safeBigInt(value));
}

/** Length and UTF-8 bytes. A lone surrogate is written as U+FFFD. */
export function writeString(writer: ByteWriter, text: string): void {
  // A length of something else would reserve the wrong room.
  if (typeof text !== 'string') throw misfit(text, 'string');
  const mark = beginPart(writer);
  const { length } = text;
  writer.ensure(length * 3);
  const { buf } = writer;
  if (length <= MAX_ASCII_LOOP) {
    let at = writer.pos;
    let index = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) break;
      buf[at++] = code;
    }
    if (index === length) {
      writer.pos = at;
      endPart(writer, mark);
      return;
    }
  }
  writer.pos += encoder.encodeInto(text, buf.subarray(writer.pos)).written;
  endPart(writer, mark);
}

/** The same as `writeString` in less code, for tables. */
export function writeText(writer: ByteWriter, text: string): void {
  if (typeof text !== 'string') throw misfit(text, 'string');
  writeBytes(writer, encoder.encode(text));
}

/** Length and bytes. */
export function writeBytes(writer: ByteWriter, value: Uint8Array): void {
  writeUint32(writer, value.length);
  writer.raw(value);
}

function safeBigInt(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw unsafeInteger();
  return BigInt(value);
}
