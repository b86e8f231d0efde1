import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { toHex } from './hex.js';
import { oneLine } from './show-text.js';

/** A stored value as JSON has it: text as it is, bytes in base64. */
export type ValueJson = { kind: 'text'; value: string } | { kind: 'bytes'; valueBase64: string };

/** What a value's JSON says. A value that calls itself text but is not UTF-8 is shown as bytes. */
export function valueJson(value: Uint8Array, kind: ValueKind): ValueJson {
  const text = kind === ValueKind.TEXT ? textOf(value) : undefined;
  if (text !== undefined) return { kind: 'text', value: text };
  return { kind: 'bytes', valueBase64: Buffer.from(value).toString('base64') };
}

/** A value on one line: its text if it is UTF-8, else `0x` and its bytes in hexadecimal. */
export function valueLine(value: Uint8Array): string {
  const text = textOf(value);
  return text === undefined ? `0x${toHex(value)}` : oneLine(text);
}

/** The text that bytes are, or undefined when they are not UTF-8. */
export function textOf(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return undefined;
  }
}

/** A message as JSON has it; messages carry no kind, so what is UTF-8 counts as text. */
export function payloadJson(payload: Uint8Array): ValueJson {
  return valueJson(payload, textOf(payload) === undefined ? ValueKind.BYTES : ValueKind.TEXT);
}
