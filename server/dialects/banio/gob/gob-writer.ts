import { Buffer } from 'node:buffer';

/**
 * The definition of the one struct that is written: IOMsgRaw{Action string; Data []byte;
 * NoEncrypt bool}, id 65. These are the bytes of a fresh Go encoder.
 */
const definition = Buffer.from(
  '38ff8103010108494f4d736752617701ff82000103010641' +
    '6374696f6e010c00010444617461010a0001094e6f456e6372797074010200' +
    '0000',
  'hex',
);
const typeId = Buffer.from('ff82', 'hex');
const ACTION = 0;
const DATA = 1;
const NO_ENCRYPT = 2;
const END = 0;

/** What a message carries, as it travels: `data` compressed, and encrypted unless `noEncrypt`. */
export interface GobMessage {
  readonly action: string;
  readonly data: Uint8Array;
  readonly noEncrypt: boolean;
}

/**
 * Writes a message as a gob stream of its own, with its type definition. Fields that are zero are
 * left out, as Go does.
 * @param roomBytes bytes to leave free in front, for a header
 */
export function writeGobMessage({ action, data, noEncrypt }: GobMessage, roomBytes: number): Buffer {
  const actionBytes = Buffer.byteLength(action);
  const valueBytes = typeId.length + fieldBytes(actionBytes) + fieldBytes(data.length) + (noEncrypt ? 2 : 0) + 1;
  const out = Buffer.allocUnsafe(roomBytes + definition.length + uintBytes(valueBytes) + valueBytes);
  let at = roomBytes + definition.copy(out, roomBytes);
  at = writeUint(out, at, valueBytes);
  at += typeId.copy(out, at);
  // A field begins with its distance to the one before; the first counts from -1.
  let last = -1;
  if (actionBytes > 0) {
    out[at++] = ACTION - last;
    at = writeUint(out, at, actionBytes);
    at += out.write(action, at);
    last = ACTION;
  }
  if (data.length > 0) {
    out[at++] = DATA - last;
    at = writeUint(out, at, data.length);
    out.set(data, at);
    at += data.length;
    last = DATA;
  }
  if (noEncrypt) {
    out[at++] = NO_ENCRYPT - last;
    out[at++] = 1;
  }
  out[at] = END;
  return out;
}

/** Of a field with a length; nothing when it is empty. */
function fieldBytes(length: number): number {
  return length === 0 ? 0 : 1 + uintBytes(length) + length;
}

function uintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x100) return 2;
  if (value < 0x1_0000) return 3;
  return value < 0x100_0000 ? 4 : 5;
}

/** Small ones are a byte; the others are the negated count of bytes, then those, the highest first. */
function writeUint(out: Buffer, at: number, value: number): number {
  const count = uintBytes(value) - 1;
  if (count === 0) {
    out[at] = value;
    return at + 1;
  }
  out[at] = 0x100 - count;
  return out.writeUIntBE(value, at + 1, count);
}
