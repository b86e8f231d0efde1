import { goDeeper } from './byte-reader.js';
import { WireError } from './wire-error.js';

// Functions, not methods: a bundle for browsers drops those that its messages do not need.

/** By this name it is found when a call is compiled; that of an array is looked up each time, half as long as a short copy takes. */
const setBytes = Uint8Array.prototype.set;

/** Appends a message. */
export interface MessageWriter<Init> {
  write(message: Init, writer: ByteWriter): void;
}

/**
 * A growing buffer that messages are written into. Meant to be kept and used again:
 * `reset()`, write, `view()`. A value that its field cannot hold is refused with a WireError; what
 * was written before it stays, so the caller sets `pos` back.
 */
export class ByteWriter {
  buf: Uint8Array;
  /** View of the whole buffer, to fill in reserved bytes: valid until the next write. */
  dataView: DataView;
  /** Messages around what is being written. */
  depth = 0;
  /** Bytes written since the last reset. */
  pos = 0;

  constructor(initialBytes = 256) {
    this.buf = new Uint8Array(initialBytes);
    this.dataView = new DataView(this.buf.buffer);
  }

  /** Bytes that are allocated. A keeper drops a writer that has grown too large for its taste. */
  get capacity(): number {
    return this.buf.length;
  }

  reset(): void {
    this.pos = 0;
  }

  /** What was written since `start`, borrowed: valid until the next write or reset. */
  view(start = 0): Uint8Array {
    return this.buf.subarray(start, this.pos);
  }

  /** What was written, as a copy that the caller owns. */
  copy(): Uint8Array {
    return this.view().slice();
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    if (this.pos + count > this.buf.length) grow(this, count);
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    setBytes.call(this.buf, bytes, this.pos);
    this.pos += bytes.length;
  }

  /** Moves on by `count` bytes and returns where they start. They hold anything: all of them have to be filled in. */
  reserve(count: number): number {
    this.ensure(count);
    const start = this.pos;
    this.pos += count;
    return start;
  }
}

// What every field calls is short, so that V8 compiles it into the code of the message; what is rare is apart from it.

function grow(writer: ByteWriter, count: number): void {
  const grown = new Uint8Array(Math.max(writer.pos + count, writer.buf.length * 2));
  grown.set(writer.buf);
  writer.buf = grown;
  writer.dataView = new DataView(grown.buffer);
}

/** Appends a byte, such as a tag or a varint below 128. */
export function writeByte(writer: ByteWriter, byte: number): void {
  writer.ensure(1);
  writer.buf[writer.pos++] = byte;
}

/** Varint of an unsigned 32-bit number; also writes tags and lengths. */
export function writeUint32(writer: ByteWriter, value: number): void {
  if (value >>> 0 !== value) throw misfit(value, 'uint32');
  if (value < 128) writeByte(writer, value);
  else writeVarint(writer, value, 0);
}

/** Varint of 64 bits, in halves. */
export function writeVarint(writer: ByteWriter, low: number, high: number): void {
  writer.ensure(10);
  const { buf } = writer;
  let at = writer.pos;
  let rest = low;
  let above = high;
  while (above > 0) {
    buf[at++] = (rest & 127) | 128;
    rest = ((rest >>> 7) | (above << 25)) >>> 0;
    above >>>= 7;
  }
  while (rest > 127) {
    buf[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  buf[at++] = rest;
  writer.pos = at;
}

/** Length and fields of a nested message. Refuses a cycle: no reader goes deeper than MAX_DEPTH. */
export function writeMessage<Init>(writer: ByteWriter, codec: MessageWriter<Init>, message: Init): void {
  const mark = beginPart(writer);
  try {
    goDeeper(writer, 1);
    codec.write(message, writer);
  } finally {
    writer.depth--;
  }
  endPart(writer, mark);
}

/** Begins a length-delimited part; `endPart` with the mark ends it. Parts nest. */
export function beginPart(writer: ByteWriter): number {
  writer.ensure(1);
  return writer.pos++;
}

/** Writes the length of everything since `beginPart` in front of it. */
export function endPart(writer: ByteWriter, mark: number): void {
  const start = mark + 1;
  const length = writer.pos - start;
  if (length < 128) {
    writer.buf[mark] = length;
    return;
  }
  let extra = 0;
  for (let rest = length; rest > 127; rest >>>= 7) extra++;
  writer.ensure(extra);
  const end = writer.pos;
  writer.buf.copyWithin(start + extra, start, end);
  writer.pos = mark;
  writeUint32(writer, length);
  writer.pos = end + extra;
}

/** What is thrown for a value that its field cannot hold. */
export function misfit(value: unknown, type: string): WireError {
  const found = /number|bigint/.test(typeof value) ? value : `a ${typeof value}`;
  return new WireError('invalid-field', `${found} does not fit into a field of type ${type}`);
}
