import type { SetMessage } from './codec.js';

// What somebody would write who knows this one message and trusts its input: lengths below 128, ASCII keys.
const scratch = Buffer.alloc(1024);

/** @returns how many bytes of the scratch buffer are the message */
export function writeSet({ key, value, expire }: SetMessage): number {
  let at = 0;
  scratch[at++] = 10;
  scratch[at++] = key.length;
  for (let index = 0; index < key.length; index++) scratch[at++] = key.charCodeAt(index);
  scratch[at++] = 18;
  scratch[at++] = value.length;
  scratch.set(value, at);
  at += value.length;
  scratch[at++] = 24;
  let rest = expire;
  for (; rest > 127; rest >>>= 7) scratch[at++] = (rest & 127) | 128;
  scratch[at++] = rest;
  return at;
}

/** Node has it, its types do not. */
type SlicingBuffer = Buffer & { latin1Slice(start: number, end: number): string };

/** The value is a view of the input. */
export function readSet(bytes: Uint8Array): SetMessage {
  const buffer = bytes as SlicingBuffer;
  let at = 1;
  const keyEnd = at + 1 + (buffer[at] as number);
  const key = buffer.latin1Slice(at + 1, keyEnd);
  at = keyEnd + 1;
  const valueEnd = at + 1 + (buffer[at] as number);
  const value = buffer.subarray(at + 1, valueEnd);
  at = valueEnd + 1;
  let expire = 0;
  for (let shift = 0; at < buffer.length; shift += 7) expire |= ((buffer[at++] as number) & 127) << shift;
  return { key, value, expire };
}
