const decimal = /^(?:0|-?[1-9][0-9]{0,18})$/;
const LONGEST = '-9223372036854775808'.length;

/** Reads a canonical decimal integer of 64 bits. Undefined: the bytes are something else. */
export function parseInteger(bytes: Uint8Array): bigint | undefined {
  if (bytes.length > LONGEST) return undefined;
  const text = String.fromCharCode(...bytes);
  if (!decimal.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
