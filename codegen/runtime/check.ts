import { WireError } from './wire-error.js';

// What generated checks throw. A field is named in full, such as `polywire.kv.v1.SetRequest.key`.

/** Bytes of a text as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      // A pair is two units here and four bytes there.
      bytes += 2;
      index++;
    } else bytes += 2;
  }
  return bytes;
}

export function tooLong(field: string, length: number, limit: number, unit: string): WireError {
  const name = lastPart(field);
  const text = `${name} has ${grouped(length)} ${unit}; the limit is ${grouped(limit)} (${field})`;
  return new WireError(name === 'key' ? 'key-too-long' : 'invalid-field', text, field, facts(length, limit));
}

export function tooShort(field: string, length: number, limit: number, unit: string): WireError {
  const text = `${lastPart(field)} has ${grouped(length)} ${unit}; it needs at least ${grouped(limit)} (${field})`;
  return new WireError('invalid-field', text, field, facts(length, limit));
}

export function noMatch(field: string, pattern: string): WireError {
  const text = `${lastPart(field)} does not match ${pattern} (${field})`;
  return new WireError('invalid-field', text, field, { pattern });
}

export function outOfRange(
  field: string,
  value: number | bigint,
  min: number | bigint | undefined,
  max: number | bigint | undefined,
): WireError {
  const bounds = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`];
  const text = `${lastPart(field)} is ${value}; it must be ${bounds.filter(Boolean).join(' and ')} (${field})`;
  return new WireError('invalid-field', text, field, { value: String(value) });
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

function facts(length: number, limit: number): Record<string, string> {
  return { length: String(length), limit: String(limit) };
}

function lastPart(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1);
}

/** 1,025 for 1025, the same in every locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
