import { MAX_DEPTH } from './byte-reader.js';
import { WireError } from './wire-error.js';

const encoder = new TextEncoder();
const MAX_ASCII_LOOP = 64;
const UINT32 = 'an unsigned 32-bit integer';
const INT32 = 'a 32-bit integer';
const UINT64 = 'an unsigned 64-bit integer';
const INT64 = 'a 64-bit integer';

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
  #buf: Uint8Array;
  #view: DataView;
  #depth = 0;
  /** Bytes written since the last reset. */
  pos = 0;

  constructor(initialBytes = 256) {
    this.#buf = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#buf.buffer);
  }

  /** Bytes that are allocated. A keeper drops a writer that has grown too large for its taste. */
  get capacity(): number {
    return this.#buf.length;
  }

  /** View of the whole buffer, to fill in reserved bytes: valid until the next write. */
  get dataView(): DataView {
    return this.#view;
  }

  reset(): void {
    this.pos = 0;
  }

  /** What was written since `start`, borrowed: valid until the next write or reset. */
  view(start = 0): Uint8Array {
    return this.#buf.subarray(start, this.pos);
  }

  /** What was written, as a copy that the caller owns. */
  copy(): Uint8Array {
    return this.#buf.slice(0, this.pos);
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    const needed = this.pos + count;
    if (needed <= this.#buf.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buf.length * 2));
    grown.set(this.#buf.subarray(0, this.pos));
    this.#buf = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Appends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.#buf.set(bytes, this.pos);
    this.pos += bytes.length;
  }

  /** Moves on by `count` bytes and returns where they start. They hold anything: all of them have to be filled in. */
  reserve(count: number): number {
    this.ensure(count);
    const start = this.pos;
    this.pos += count;
    return start;
  }

  /** Varint of an unsigned 32-bit number; also writes tags and lengths. */
  uint32(value: number): void {
    let rest = value >>> 0;
    if (rest !== value) throw outside(value, UINT32);
    this.ensure(5);
    const buf = this.#buf;
    let at = this.pos;
    while (rest > 127) {
      buf[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    buf[at++] = rest;
    this.pos = at;
  }

  /** A negative int32 takes ten bytes, as protobuf has it. */
  int32(value: number): void {
    if ((value | 0) !== value) throw outside(value, INT32);
    if (value < 0) this.#varint64(value >>> 0, 0xffff_ffff);
    else this.uint32(value);
  }

  sint32(value: number): void {
    if ((value | 0) !== value) throw outside(value, INT32);
    this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(value: boolean): void {
    this.ensure(1);
    this.#buf[this.pos++] = value ? 1 : 0;
  }

  fixed32(value: number): void {
    if (value >>> 0 !== value) throw outside(value, UINT32);
    this.ensure(4);
    this.#view.setUint32(this.pos, value, true);
    this.pos += 4;
  }

  sfixed32(value: number): void {
    if ((value | 0) !== value) throw outside(value, INT32);
    this.fixed32(value >>> 0);
  }

  float(value: number): void {
    if (!Number.isFinite(Math.fround(value)) && Number.isFinite(value)) throw outside(value, 'a 32-bit float');
    this.ensure(4);
    this.#view.setFloat32(this.pos, value, true);
    this.pos += 4;
  }

  double(value: number): void {
    this.ensure(8);
    this.#view.setFloat64(this.pos, value, true);
    this.pos += 8;
  }

  uint64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw outside(value, UINT64);
    this.#varint64(Number(value & 0xffff_ffffn), Number(value >> 32n));
  }

  int64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw outside(value, INT64);
    this.uint64(BigInt.asUintN(64, value));
  }

  sint64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw outside(value, INT64);
    this.uint64((value << 1n) ^ (value >> 63n));
  }

  fixed64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw outside(value, UINT64);
    this.ensure(8);
    this.#view.setBigUint64(this.pos, value, true);
    this.pos += 8;
  }

  sfixed64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw outside(value, INT64);
    this.fixed64(BigInt.asUintN(64, value));
  }

  // 64-bit fields that are JavaScript numbers (`jstype = JS_NUMBER`): integers up to 2^53 - 1.

  uint64Number(value: number): void {
    if (!(value >= 0)) throw unsafe(value);
    this.int64Number(value);
  }

  int64Number(value: number): void {
    if (!Number.isSafeInteger(value)) throw unsafe(value);
    if (value >= 0 && value < 0x8000_0000) this.uint32(value);
    else this.#varint64(value >>> 0, Math.floor(value / 0x1_0000_0000) >>> 0);
  }

  sint64Number(value: number): void {
    this.sint64(safeBigInt(value));
  }

  fixed64Number(value: number): void {
    if (!(value >= 0)) throw unsafe(value);
    this.fixed64(safeBigInt(value));
  }

  sfixed64Number(value: number): void {
    this.sfixed64(safeBigInt(value));
  }

  /** Length and UTF-8 bytes. A lone surrogate is written as U+FFFD. */
  string(text: string): void {
    // A length of something else would reserve the wrong room.
    if (typeof text !== 'string') throw outside(text, 'a text');
    const mark = this.fork();
    const length = text.length;
    this.ensure(length * 3);
    const buf = this.#buf;
    if (length <= MAX_ASCII_LOOP) {
      let at = this.pos;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 127) break;
        buf[at++] = code;
      }
      if (index === length) {
        this.pos = at;
        this.join(mark);
        return;
      }
    }
    this.pos += encoder.encodeInto(text, buf.subarray(this.pos)).written;
    this.join(mark);
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.raw(value);
  }

  /** Length and fields of a nested message. Refuses a cycle: no reader goes deeper than MAX_DEPTH. */
  message<Init>(codec: MessageWriter<Init>, message: Init): void {
    if (this.#depth === MAX_DEPTH) throw new WireError('too-deep', `messages are nested deeper than ${MAX_DEPTH}`);
    const mark = this.fork();
    this.#depth++;
    try {
      codec.write(message, this);
    } finally {
      this.#depth--;
    }
    this.join(mark);
  }

  /** Begins a length-delimited part; `join(mark)` ends it. Parts nest. */
  fork(): number {
    this.ensure(1);
    return this.pos++;
  }

  /** Writes the length of everything since `fork()` in front of it. */
  join(mark: number): void {
    const start = mark + 1;
    const length = this.pos - start;
    if (length < 128) {
      this.#buf[mark] = length;
      return;
    }
    const extra = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
    this.ensure(extra);
    const end = this.pos;
    this.#buf.copyWithin(start + extra, start, end);
    this.pos = mark;
    this.uint32(length);
    this.pos = end + extra;
  }

  #varint64(low: number, high: number): void {
    this.ensure(10);
    const buf = this.#buf;
    let at = this.pos;
    let lo = low;
    let hi = high;
    while (hi > 0 || lo > 127) {
      buf[at++] = (lo & 127) | 128;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    buf[at++] = lo;
    this.pos = at;
  }
}

function safeBigInt(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw unsafe(value);
  return BigInt(value);
}

function outside(value: unknown, what: string): WireError {
  const found = typeof value === 'number' || typeof value === 'bigint' ? String(value) : `a ${typeof value}`;
  return new WireError('invalid-field', `${found} is not ${what}`);
}

function unsafe(value: number): WireError {
  return new WireError('unsafe-integer', `${value} is not an integer between -(2^53 - 1) and 2^53 - 1`);
}
