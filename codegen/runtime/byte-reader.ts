import { WireError } from './wire-error.js';

// Functions, not methods: a bundle for browsers drops those that its messages do not need.

const START_GROUP = 3;
const END_GROUP = 4;

/** Messages may be nested this deep. */
export const MAX_DEPTH = 64;

/** Reads one part of a message and, given an earlier part, merges into it. */
export interface MessageReader<T> {
  read(reader: ByteReader, into?: T): T;
}

/**
 * A cursor over borrowed bytes. Every read is bounded by `end`, the end of the innermost message.
 * What reads with it throws WireError and nothing else. May be kept and used again with `reset()`.
 */
export class ByteReader {
  buf: Uint8Array;
  pos: number;
  /** Where the message that is being read ends. */
  end: number;
  /** Messages and groups around what is being read. */
  depth = 0;
  /** The halves of the varint that `readVarint` read last. */
  low = 0;
  high = 0;
  /** Of `buf`; made when the first fixed-width field is read, as most messages have none. */
  dataView: DataView | undefined = undefined;
  /** What `buf` lies in, and where. Undefined: no view was made yet; asking for it is slow. */
  memory: ArrayBufferLike | undefined = undefined;
  memoryStart = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.buf = bytes;
    this.pos = start;
    this.end = end;
  }

  /** Begins anew with the part of `bytes` from `start` to `end`. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (bytes !== this.buf) {
      this.buf = bytes;
      this.dataView = undefined;
      this.memory = undefined;
    }
    this.depth = 0;
    this.pos = start;
    this.end = end;
  }
}

/** A field's tag: 32 bits, in five bytes at most. Field number 0 is malformed. */
export function readTag(reader: ByteReader): number {
  const start = reader.pos;
  const tag = readLength(reader);
  if (reader.pos - start > 5 || tag < 8 || (tag & 7) > 5) throw badTag();
  return tag;
}

/** A varint's 64 bits, into `low` and `high`. */
export function readVarint(reader: ByteReader): void {
  const { buf, end } = reader;
  let { pos } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (pos >= end) throw endsInside();
    const byte = buf[pos++] as number;
    const bits = byte & 127;
    // A shift by 32 or more is one by that much less.
    if (shift < 32) low |= bits << shift;
    if (shift > 24) high |= shift < 32 ? bits >>> 4 : bits << shift;
    if (byte < 128) {
      reader.pos = pos;
      reader.low = low >>> 0;
      reader.high = high >>> 0;
      return;
    }
  }
  throw tooLarge();
}

/** Varint, cut to 32 bits as protobuf has it. */
export function readUint32(reader: ByteReader): number {
  return readShort(reader, 0xffff_ffff);
}

/** Bytes of what follows. A length that is cut to 32 bits would be another length. */
export function readLength(reader: ByteReader): number {
  return readShort(reader, 0);
}

/** A varint's lower 32 bits. Most have one byte. */
function readShort(reader: ByteReader, maxHigh: number): number {
  const { pos } = reader;
  const first = reader.buf[pos] as number;
  if (first < 128 && pos < reader.end) {
    reader.pos = pos + 1;
    return first;
  }
  readVarint(reader);
  if (reader.high > maxHigh) throw tooLarge();
  return reader.low;
}

/** Passes over `count` bytes; returns where they start. */
export function takeBytes(reader: ByteReader, count: number): number {
  const start = reader.pos;
  if (count > reader.end - start) throw endsInside();
  reader.pos = start + count;
  return start;
}

/** A nested message; given `into`, merged into it. */
export function readMessage<T>(reader: ByteReader, codec: MessageReader<T>, into?: T): T {
  const outer = enterPart(reader);
  goDeeper(reader, 1);
  const value = codec.read(reader, into);
  reader.depth--;
  leavePart(reader, outer);
  return value;
}

/** Begins a length-delimited part (a packed field, a map entry); returns what `leavePart` wants. */
export function enterPart(reader: ByteReader): number {
  const length = readLength(reader);
  const outer = reader.end;
  if (length > outer - reader.pos) throw endsInside();
  reader.end = reader.pos + length;
  return outer;
}

export function leavePart(reader: ByteReader, outer: number): void {
  if (reader.pos !== reader.end) throw endsInside();
  reader.end = outer;
}

/** Passes over a field that the schema does not know. The end of a group that has not begun is malformed. */
export function skipField(reader: ByteReader, tag: number): void {
  const wireType = tag & 7;
  if (wireType === 0) readVarint(reader);
  else if (wireType === START_GROUP) {
    goDeeper(reader, 1);
    let inner = readTag(reader);
    for (; inner !== tag + 1; inner = readTag(reader)) skipField(reader, inner);
    reader.depth--;
  } else if (wireType === END_GROUP) throw badTag();
  else takeBytes(reader, wireType === 2 ? readLength(reader) : wireType === 1 ? 8 : 4);
}

/** Throws WireError too-deep when that is deeper than messages may be nested. */
export function goDeeper(cursor: { depth: number }, levels: number): void {
  cursor.depth += levels;
  if (cursor.depth > MAX_DEPTH) throw new WireError('too-deep', `messages are nested deeper than ${MAX_DEPTH}`);
}

function badTag(): WireError {
  return malformed('a tag that no field can have here');
}

function tooLarge(): WireError {
  return malformed('a number, tag or length is too large');
}

function endsInside(): WireError {
  return malformed('it ends inside a field');
}

function malformed(what: string): WireError {
  return new WireError('malformed', `malformed message: ${what}`);
}
