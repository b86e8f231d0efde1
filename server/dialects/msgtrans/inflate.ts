import * as zlib from 'node:zlib';
import { Compression } from '@polywire/protocol/polywire.transport.v1';
import { inflateZstd } from './zstd/inflate-zstd.js';

type InflateSync = (bytes: Uint8Array, options: zlib.ZlibOptions) => Uint8Array;

/** Node has it from 22.15 on. */
const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: InflateSync };

/**
 * Undoes the compression of a payload.
 * @returns undefined when it is not what it is said to be, or would have more than `maxBytes`; no
 * more than that is inflated
 */
export function inflatePayload(
  payload: Uint8Array,
  compression: Compression,
  maxBytes: number,
): Uint8Array | undefined {
  try {
    if (compression === Compression.ZLIB) return zlib.inflateSync(payload, { maxOutputLength: maxBytes });
    return zstdDecompressSync?.(payload, { maxOutputLength: maxBytes }) ?? inflateZstd(payload, maxBytes);
  } catch {
    return undefined;
  }
}
