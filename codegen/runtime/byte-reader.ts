import { WireError } from './wire-error.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MAX_ASCII_LOOP = 32;
const END_GROUP = 4;

/** Messages may be nested this deep. */
export const MAX_DEPTH = 64;

/** Reads one part of a message and, given an earlier part, merges into it. */
export interface MessageReader<T> {
  read(reader: ByteReader, into?: T): T;
}

/**
 * A cursor over borrowed bytes. Every read is bounded by `end`, the end of the innermost message.
 * Throws WireError and nothing else. May be kept and used again with `reset()`.
 */
export class ByteReader {
  #buf: Uint8Array;
  // Made when the first fixed-width field is read: most messages have none.
  #dataView: DataView | undefined = undefined;
  #depth = 0;
  // The halves of the varint that #varint64 read last.
  #low = 0;
  #high = 0;
  pos: number;
  /** Where the message that is being read ends. */
  end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#buf = bytes;
    this.pos = start;
    this.end = end;
  }

  /** Begins anew with the part of `bytes` from `start` to `end`. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (bytes !== this.#buf) {
      this.#buf = bytes;
      this.#dataView = undefined;
    }
    this.#depth = 0;
    this.pos = start;
    this.end = end;
  }

  get #view(): DataView {
    this.#dataView ??= new DataView(this.#buf.buffer, this.#buf.byteOffset, this.#buf.byteLength);
    return this.#dataView;
  }

  /** A field's tag. Field number 0 is malformed; so is an end-group tag without its group. */
  tag(): number {
    const tag = this.#anyTag();
    if ((tag & 7) === END_GROUP) throw malformed('an end-group tag without its group');
    return tag;
  }

  #anyTag(): number {
    const start = this.pos;
    const tag = this.uint32();
    // A tag is 32 bits: five bytes at most, the fifth below 16.
    if (this.pos - start > 5 || (this.pos - start === 5 && (this.#buf[this.pos - 1] as number) > 15)) {
      throw malformed('a tag is longer than 32 bits');
    }
    if (tag >>> 3 === 0) throw malformed('field number 0');
    if ((tag & 7) > 5) throw malformed(`wire type ${tag & 7}`);
    return tag;
  }

  /** Bytes of what follows. A length that is cut to 32 bits would be another length. */
  #length(): number {
    if (this.pos < this.end) {
      const first = this.#buf[this.pos] as number;
      if (first < 128) {
        this.pos++;
        return first;
      }
    }
    this.#varint64();
    if (this.#high !== 0) throw truncated();
    return this.#low;
  }

  /** Varint, cut to 32 bits as protobuf has it. */
  uint32(): number {
    const buf = this.#buf;
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw truncated();
      const byte = buf[this.pos++] as number;
      if (shift < 32) result |= (byte & 127) << shift;
      if (byte < 128) return result >>> 0;
    }
    throw malformed('a varint is longer than ten bytes');
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.#varint64();
    return this.#low !== 0 || this.#high !== 0;
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  sfixed32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  uint64(): bigint {
    this.#varint64();
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  sint64(): bigint {
    const value = this.uint64();
    return (value >> 1n) ^ -(value & 1n);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  // 64-bit fields that are JavaScript numbers (`jstype = JS_NUMBER`): integers up to 2^53 - 1.

  uint64Number(): number {
    this.#varint64();
    if (this.#high > 0x1f_ffff) throw new WireError('unsafe-integer', 'a number is beyond 2^53 - 1');
    return this.#high * 0x1_0000_0000 + this.#low;
  }

  int64Number(): number {
    return safeNumber(this.int64());
  }

  sint64Number(): number {
    return safeNumber(this.sint64());
  }

  fixed64Number(): number {
    return safeNumber(this.fixed64());
  }

  sfixed64Number(): number {
    return safeNumber(this.sfixed64());
  }

  string(): string {
    const length = this.#length();
    const start = this.#take(length);
    const buf = this.#buf;
    const end = start + length;
    const text = length <= MAX_ASCII_LOOP ? readAscii(buf, start, end) : undefined;
    if (text !== undefined) return text;
    try {
      return decoder.decode(buf.subarray(start, end));
    } catch {
      throw new WireError('invalid-utf8', 'a string field is not valid UTF-8');
    }
  }

  /** A view of the input: copy it to keep it longer than the input. */
  bytes(): Uint8Array {
    const length = this.#length();
    const start = this.#take(length);
    return this.#buf.subarray(start, start + length);
  }

  /** A nested message; given `into`, merged into it. */
  message<T>(codec: MessageReader<T>, into?: T): T {
    const outer = this.enter();
    if (++this.#depth > MAX_DEPTH) throw new WireError('too-deep', `messages are nested deeper than ${MAX_DEPTH}`);
    const value = codec.read(this, into);
    this.#depth--;
    this.leave(outer);
    return value;
  }

  /** Begins a length-delimited part (a packed field, a map entry); returns what `leave` wants. */
  enter(): number {
    const length = this.#length();
    const outer = this.end;
    if (length > outer - this.pos) throw truncated();
    this.end = this.pos + length;
    return outer;
  }

  leave(outer: number): void {
    if (this.pos !== this.end) throw malformed('a part does not end where its length says');
    this.end = outer;
  }

  /** Passes over a field that the schema does not know. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.#varint64();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.#take(this.#length());
    else if (wireType === 3) this.#skipGroup(tag >>> 3);
    else if (wireType === 5) this.#take(4);
    else throw malformed(`wire type ${wireType}`);
  }

  #skipGroup(fieldNumber: number): void {
    if (++this.#depth > MAX_DEPTH) throw new WireError('too-deep', `groups are nested deeper than ${MAX_DEPTH}`);
    let tag = this.#anyTag();
    for (; (tag & 7) !== END_GROUP; tag = this.#anyTag()) this.skip(tag);
    if (tag >>> 3 !== fieldNumber) throw malformed('an end-group tag of another group');
    this.#depth--;
  }

  #take(count: number): number {
    const start = this.pos;
    if (count > this.end - start) throw truncated();
    this.pos = start + count;
    return start;
  }

  #varint64(): void {
    const buf = this.#buf;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw truncated();
      const byte = buf[this.pos++] as number;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw malformed('a varint is longer than ten bytes');
  }
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new WireError('unsafe-integer', `${value} is not an integer between -(2^53 - 1) and 2^53 - 1`);
  }
  return number;
}

function malformed(what: string): WireError {
  return new WireError('malformed', `malformed message: ${what}`);
}

function truncated(): WireError {
  return new WireError('malformed', 'malformed message: it ends inside a field');
}

/** Short texts; undefined: not ASCII. Eight characters a step, as each step makes a string. */
function readAscii(buf: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const a = buf[at] as number;
    const b = buf[at + 1] as number;
    const c = buf[at + 2] as number;
    const d = buf[at + 3] as number;
    const e = buf[at + 4] as number;
    const f = buf[at + 5] as number;
    const g = buf[at + 6] as number;
    const h = buf[at + 7] as number;
    if ((a | b | c | d | e | f | g | h) > 127) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  if (at + 4 <= end) {
    const a = buf[at] as number;
    const b = buf[at + 1] as number;
    const c = buf[at + 2] as number;
    const d = buf[at + 3] as number;
    if ((a | b | c | d) > 127) return undefined;
    text += String.fromCharCode(a, b, c, d);
    at += 4;
  }
  for (; at < end; at++) {
    const code = buf[at] as number;
    if (code > 127) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}
