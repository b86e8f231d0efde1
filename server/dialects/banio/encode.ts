import { Buffer } from 'node:buffer';
import type { AesGcm } from './aes-gcm.js';
import type { Era } from './decode.js';
import { writeGobMessage } from './gob/gob-writer.js';
import { encodeOldBody } from './old-eras.js';
import { type BanioData, payloadOf, sealPayload } from './payload.js';

/** A message to send. */
export interface MessageOut {
  readonly action: string;
  readonly data: BanioData;
  /** Never encrypted, and marked so. */
  readonly plain?: boolean;
}

/** How a connection's messages are written. */
export interface Encoding {
  readonly era: Era;
  /** Undefined: the connection has no key. The older forms have no encryption. */
  readonly cipher: AesGcm | undefined;
}

const LENGTH_BYTES = 4;

/** A frame, with its length. */
export function encodeMessage(message: MessageOut, { era, cipher }: Encoding): Buffer {
  if (era !== 'gob') return withLength(encodeOldBody(message, era));
  const { action, data, plain = false } = message;
  const sealed = sealPayload(payloadOf(data), plain ? undefined : cipher);
  const frame = writeGobMessage({ action, data: sealed, noEncrypt: plain }, LENGTH_BYTES);
  frame.writeUInt32LE(frame.length - LENGTH_BYTES);
  return frame;
}

function withLength(body: Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}
