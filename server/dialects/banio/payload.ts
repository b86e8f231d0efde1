import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import type { AesGcm } from './aes-gcm.js';
import { inflateSmall } from './small-zlib.js';
import { MAX_STORED_BYTES, storeAsZlib } from './stored-zlib.js';

/**
 * What a message may carry. Undefined and null: nothing at all, which is not the same as empty. Text and bytes
 * travel as they are, a bigint as its digits, everything else as JSON.
 */
export type BanioData = string | Uint8Array | bigint | BanioJson | undefined;

/** What JSON can say. */
export type BanioJson =
  | string
  | number
  | boolean
  | null
  | readonly BanioJson[]
  | { readonly [key: string]: BanioJson | undefined };

/** Why a payload could not be had. */
export type PayloadFault = 'cipher' | 'zlib';

const NOTHING = Buffer.alloc(0);

/** Up to this size most of the time would go into setting up memory that is not needed. */
const SMALL_BYTES = 1024;
/** The window keeps its full size: that makes the first byte 0x78, by which readers tell a zlib stream. */
const smallOptions = { memLevel: 4, chunkSize: 2048 } as const;

/** The payload before compression; undefined when there is none. May be the bytes given, not copied. */
export function payloadOf(data: BanioData): Uint8Array | undefined {
  if (data === undefined || data === null) return undefined;
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return Buffer.from(data);
  return Buffer.from(typeof data === 'bigint' ? data.toString() : JSON.stringify(data));
}

/** The payload as it travels: compressed, then encrypted. No payload is no bytes. */
export function sealPayload(payload: Uint8Array | undefined, cipher: AesGcm | undefined): Uint8Array {
  if (payload === undefined) return NOTHING;
  const compressed = deflate(payload);
  return cipher === undefined ? compressed : cipher.seal(compressed);
}

/**
 * The payload of a message; no bytes are no payload.
 * @param maxBytes longest payload; a longer one counts as bad zlib, and no more than that is inflated
 */
export function openPayload(
  data: Uint8Array,
  cipher: AesGcm | undefined,
  maxBytes: number,
): { readonly payload: Buffer | undefined } | { readonly fault: PayloadFault } {
  if (data.length === 0) return { payload: undefined };
  const compressed = cipher === undefined ? data : cipher.open(data);
  if (compressed === undefined) return { fault: 'cipher' };
  const payload = inflate(compressed, maxBytes);
  return payload === undefined ? { fault: 'zlib' } : { payload };
}

/** A zlib stream. */
export function deflate(payload: Uint8Array): Buffer {
  if (payload.length <= MAX_STORED_BYTES) return storeAsZlib(payload);
  return deflateSync(payload, payload.length <= SMALL_BYTES ? smallOptions : {});
}

/** Undefined: not a whole zlib stream, or one of more than `maxBytes`. */
export function inflate(compressed: Uint8Array, maxBytes: number): Buffer | undefined {
  const small = inflateSmall(compressed);
  if (small !== undefined && small.length <= maxBytes) return small;
  try {
    return inflateSync(compressed, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}
