import { UsageError } from './usage-error.js';

/**
 * Reads bytes in hexadecimal. Spaces, line ends, colons and a leading `0x` are passed over.
 * @throws UsageError when something else is in it, or half a byte
 */
export function parseHex(text: string): Uint8Array {
  const digits = text.replace(/^\s*0x/i, '').replace(/[\s:]/g, '');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null) throw new UsageError(`${JSON.stringify(wrong[0])} is not a hexadecimal digit`);
  if (digits.length % 2 !== 0) throw new UsageError(`${digits.length} hexadecimal digits are not whole bytes`);
  return Buffer.from(digits, 'hex');
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Lines of 16 bytes: place, bytes, and the characters that can be shown. */
export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = (toHex(row).match(/../g) ?? []).join(' ').padEnd(47);
    const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex}  ${text}`);
  }
  return lines;
}
