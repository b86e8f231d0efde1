import { Buffer } from 'node:buffer';
import type { MessageOut } from './encode.js';
import { writeGobMessage } from './gob/gob-writer.js';
import { type BanioData, deflate, inflate, payloadOf } from './payload.js';
import { type DecodeFault, readGobMessage } from './read-gob-message.js';

/**
 * A message of one of the two forms that clients had until October 2025: a zlib stream with the
 * JSON object {"action", "data"} ('json'), or with a gob whose Data is the bare payload ('zlib-gob').
 */
export interface OldMessage {
  readonly era: 'json' | 'zlib-gob';
  readonly action: string;
  /** JSON text when the form is 'json'. */
  readonly payload: Buffer | undefined;
}

/** The first byte of a zlib stream; the present form begins with the length of a type definition. */
const ZLIB_MARK = 0x78;
const BRACE = 0x7b;

export function looksOld(body: Uint8Array): boolean {
  return body[0] === ZLIB_MARK;
}

export function decodeOldBody(body: Uint8Array, maxBytes: number): OldMessage | { readonly fault: DecodeFault } {
  const inflated = inflate(body, maxBytes);
  if (inflated === undefined) return { fault: 'zlib' };
  if (inflated[0] === BRACE) return readJson(inflated) ?? { fault: 'gob' };
  const message = readGobMessage(inflated);
  if ('fault' in message) return message;
  const payload = message.data.length === 0 ? undefined : Buffer.from(message.data);
  return { era: 'zlib-gob', action: message.action, payload };
}

export function encodeOldBody({ action, data }: MessageOut, era: OldMessage['era']): Buffer {
  if (era === 'json') return deflate(Buffer.from(`{"action":${JSON.stringify(action)},"data":${jsonOf(data)}}`));
  const payload = payloadOf(data) ?? Buffer.alloc(0);
  return deflate(writeGobMessage({ action, data: payload, noEncrypt: false }, 0));
}

function readJson(text: Buffer): OldMessage | undefined {
  try {
    const { action, data } = JSON.parse(text.toString()) as { readonly action?: unknown; readonly data?: unknown };
    if (typeof action !== 'string') return undefined;
    const hasData = data !== undefined && data !== null;
    return { era: 'json', action, payload: hasData ? Buffer.from(JSON.stringify(data)) : undefined };
  } catch {
    // No JSON, or so deep that it cannot be written again.
    return undefined;
  }
}

/** Bytes are Base64, as Go writes them. */
function jsonOf(data: BanioData): string {
  if (data === undefined) return 'null';
  if (typeof data === 'bigint') return data.toString();
  if (data instanceof Uint8Array) return JSON.stringify(Buffer.from(data).toString('base64'));
  return JSON.stringify(data);
}
