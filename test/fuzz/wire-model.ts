import { isUtf8 } from 'node:buffer';
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { WireErrorReason } from '@polywire/protocol/wire';
import { fieldWithNumber, isNumberField, scalarOf, type WireType, wireTypeOf } from './field-kinds.js';

/** What a strict reader makes of bytes: the reason to refuse them, or the same message for the oracle. */
export type Verdict = { readonly refused: WireErrorReason } | { readonly plain: Uint8Array };

/**
 * The rules of docs and specification, written down as plainly as possible and a second time: the
 * reader that is tested shares no code with this. Values are the oracle's affair; this is about
 * what is refused and what is passed over.
 *
 * The oracle reads a known field by its number alone, whatever its wire type says. `plain` is the
 * input without such fields, so that both sides see the same message.
 */
export function judge(desc: DescMessage, bytes: Uint8Array): Verdict {
  try {
    return { plain: Uint8Array.from(new Model(bytes).message(desc, 0, bytes.length, 0)) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.reason };
    throw error;
  }
}

class Refusal extends Error {
  constructor(readonly reason: WireErrorReason) {
    super(reason);
  }
}

const MAX_DEPTH = 64;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

class Model {
  readonly #bytes: Uint8Array;
  #pos = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  message(desc: DescMessage, start: number, end: number, depth: number): number[] {
    this.#pos = start;
    const kept: number[] = [];
    while (this.#pos < end) {
      const from = this.#pos;
      const [number, wireType] = this.#tag(end);
      const field = fieldWithNumber(desc, number);
      const keeps = field === undefined ? undefined : this.#field(field, wireType, end, depth);
      if (keeps !== undefined) kept.push(...this.#slice(from, this.#afterTag), ...keeps);
      else {
        this.#skip(number, wireType, end, depth);
        if (field === undefined) kept.push(...this.#slice(from, this.#pos));
      }
    }
    return kept;
  }

  /** What is kept of a field's value; undefined: the schema does not have it with this wire type. */
  #field(field: DescField, wireType: number, end: number, depth: number): number[] | undefined {
    if (field.fieldKind === 'map') return wireType === 2 ? this.#mapEntry(field, end, depth) : undefined;
    const scalar = scalarOf(field);
    if (scalar === undefined) {
      return wireType === 2 && field.message ? this.#nested(field.message, end, depth) : undefined;
    }
    const expected = wireTypeOf(scalar);
    if (wireType === expected) return this.#scalar(scalar, expected, end, isNumberField(field));
    if (wireType !== 2 || field.fieldKind !== 'list') return undefined;
    const from = this.#pos;
    const partEnd = this.#part(end);
    while (this.#pos < partEnd) this.#scalar(scalar, expected, partEnd, isNumberField(field));
    return this.#slice(from, this.#pos);
  }

  #nested(desc: DescMessage, end: number, depth: number): number[] {
    const partEnd = this.#part(end);
    if (depth + 1 > MAX_DEPTH) throw new Refusal('too-deep');
    const kept = this.#within(() => this.message(desc, this.#pos, partEnd, depth + 1));
    return [...varint(kept.length), ...kept];
  }

  #mapEntry(field: DescField & { fieldKind: 'map' }, end: number, depth: number): number[] {
    const partEnd = this.#part(end);
    const kept: number[] = [];
    const keepTag = this.#afterTag;
    while (this.#pos < partEnd) {
      const from = this.#pos;
      const [number, wireType] = this.#tag(partEnd);
      const value = scalarOf(field);
      let keeps: number[] | undefined;
      if (number === 1 && wireType === wireTypeOf(field.mapKey)) {
        keeps = this.#scalar(field.mapKey, wireTypeOf(field.mapKey), partEnd, false);
      } else if (number === 2 && value === undefined && wireType === 2 && field.message) {
        keeps = this.#nested(field.message, partEnd, depth);
      } else if (number === 2 && value !== undefined && wireType === wireTypeOf(value)) {
        keeps = this.#scalar(value, wireTypeOf(value), partEnd, false);
      }
      if (keeps !== undefined) kept.push(...this.#slice(from, this.#afterTag), ...keeps);
      else {
        this.#skip(number, wireType, partEnd, depth);
        if (number > 2) kept.push(...this.#slice(from, this.#pos));
      }
    }
    this.#afterTag = keepTag;
    return [...varint(kept.length), ...kept];
  }

  #scalar(scalar: ScalarType, wireType: WireType, end: number, isNumber: boolean): number[] {
    const from = this.#pos;
    if (wireType === 2) {
      const partEnd = this.#part(end);
      const content = this.#bytes.subarray(this.#pos, partEnd);
      this.#pos = partEnd;
      if (scalar === ScalarType.STRING && !isUtf8(content)) throw new Refusal('invalid-utf8');
    } else {
      const value = this.#number(scalar, wireType, end);
      if (isNumber && (value > MAX_SAFE || value < -MAX_SAFE)) throw new Refusal('unsafe-integer');
    }
    return this.#slice(from, this.#pos);
  }

  #number(scalar: ScalarType, wireType: WireType, end: number): bigint {
    const raw = wireType === 0 ? this.#varint(end) : this.#fixed(wireType === 1 ? 8 : 4, end);
    switch (scalar) {
      case ScalarType.SINT64:
        return raw % 2n === 0n ? raw / 2n : -(raw / 2n) - 1n;
      case ScalarType.INT64:
      case ScalarType.SFIXED64:
        return raw >= 2n ** 63n ? raw - 2n ** 64n : raw;
      default:
        return raw;
    }
  }

  #skip(number: number, wireType: number, end: number, depth: number): void {
    if (wireType === 0) this.#varint(end);
    else if (wireType === 1) this.#fixed(8, end);
    else if (wireType === 5) this.#fixed(4, end);
    else if (wireType === 2) {
      const partEnd = this.#part(end);
      this.#pos = partEnd;
    } else if (wireType === 3) {
      if (depth + 1 > MAX_DEPTH) throw new Refusal('too-deep');
      for (;;) {
        const [inner, innerType] = this.#tag(end);
        if (innerType === 4 && inner !== number) throw new Refusal('malformed');
        if (innerType === 4) return;
        this.#skip(inner, innerType, end, depth + 1);
      }
    } else throw new Refusal('malformed');
  }

  #afterTag = 0;

  #tag(end: number): [number: number, wireType: number] {
    const from = this.#pos;
    const tag = this.#varint(end);
    if (this.#pos - from > 5 || tag >= 2n ** 32n || tag < 8n || tag % 8n > 5n) throw new Refusal('malformed');
    this.#afterTag = this.#pos;
    return [Number(tag / 8n), Number(tag % 8n)];
  }

  /** Where the part that begins with a length here ends. */
  #part(end: number): number {
    const length = this.#varint(end);
    if (length > BigInt(end - this.#pos)) throw new Refusal('malformed');
    return this.#pos + Number(length);
  }

  #varint(end: number): bigint {
    let value = 0n;
    for (let count = 0n; count < 10n; count++) {
      if (this.#pos >= end) throw new Refusal('malformed');
      const byte = this.#bytes[this.#pos++] as number;
      value += BigInt(byte % 128) << (7n * count);
      if (byte < 128) return value % 2n ** 64n;
    }
    throw new Refusal('malformed');
  }

  #fixed(count: number, end: number): bigint {
    if (end - this.#pos < count) throw new Refusal('malformed');
    let value = 0n;
    for (let at = count - 1; at >= 0; at--) value = value * 256n + BigInt(this.#bytes[this.#pos + at] as number);
    this.#pos += count;
    return value;
  }

  /** Reading a nested message moves the mark of the tag that it stands behind. */
  #within<T>(run: () => T): T {
    const mark = this.#afterTag;
    const result = run();
    this.#afterTag = mark;
    return result;
  }

  #slice(start: number, end: number): number[] {
    return [...this.#bytes.subarray(start, end)];
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
