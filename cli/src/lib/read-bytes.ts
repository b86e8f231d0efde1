import { createReadStream } from 'node:fs';
import { UsageError } from './usage-error.js';

/** No server accepts more in one packet. */
const MAX_BYTES = 268_435_456;

/**
 * Reads a stream to its end.
 * @throws UsageError when it cannot be read, or has more than 256 MiB
 */
export async function readStream(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) break;
    }
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
  if (length > MAX_BYTES) throw new UsageError(`${name} has more than ${MAX_BYTES} bytes, which no server accepts`);
  return Buffer.concat(chunks);
}

/** Reads a file. Throws as `readStream`. */
export function readFileBytes(path: string): Promise<Uint8Array> {
  return readStream(createReadStream(path), path);
}
