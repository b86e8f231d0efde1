import { PolywireError } from '../error.js';

export const PAYLOAD_BYTES = 'a payload of bytes:';

/** Something of a packet is more, or another, than is taken. `advice` goes behind the limit. */
export function overLimit(
  code: PolywireError['code'],
  what: string,
  found: number,
  limit: number,
  advice = '',
): PolywireError {
  const text = `${what} ${found} is refused: the limit is ${limit}${advice}`;
  return new PolywireError(code, text, { details: { found: `${found}`, limit: `${limit}` } });
}
