import { errorTable } from '@polywire/protocol/errors';
import { CmdResponseCodec, type CmdResponseInit } from '@polywire/protocol/legacy.kv.v1';
import { ByteWriter, EMPTY_BYTES } from '@polywire/protocol/wire';
import type { PolywireError } from '@polywire/sdk/core';

/** Largest frame of the wire, in both directions, without its length. */
export const MAX_FRAME_BYTES = 8_388_608;
const LENGTH_BYTES = 4;
/** Tag and length of a value of the largest size. */
const VALUE_HEAD_BYTES = 5;

const successHead: CmdResponseInit = { status: 200, message: 'success' };
const successHeadBytes = encodeMessage(successHead);
const VALUE_TAG = (3 << 3) | 2;
/** A frame's length, `successHeadBytes`, and tag and length of a value. */
const SHORT_HEAD_BYTES = LENGTH_BYTES + successHeadBytes.length + 2;
/** A longer value has a length of several bytes. */
const MAX_SHORT_VALUE_BYTES = 127;
/** What all successes with a short value begin with. */
const shortHead = new Uint8Array([0, 0, 0, 0, ...successHeadBytes, VALUE_TAG, 0]);

/** Largest value that a reply has room for. */
export const MAX_REPLY_VALUE_BYTES = MAX_FRAME_BYTES - successHeadBytes.length - VALUE_HEAD_BYTES;

/** A reply whose bytes are always the same. */
class FixedReply implements CmdResponseInit {
  readonly frame: Uint8Array;

  constructor(
    readonly status: number,
    readonly message: string,
  ) {
    const writer = new ByteWriter();
    writeFrame(writer, this);
    this.frame = writer.copy();
  }
}

/** Get of a key that is missing. */
export const noneValue: CmdResponseInit = new FixedReply(400, 'None value');
/** A request without a command, or with one that is not served. */
export const invalidCommand: CmdResponseInit = new FixedReply(400, 'Invalid Command');
/** Success without a value. */
export const done: CmdResponseInit = new FixedReply(200, 'success');

export function success(value: Uint8Array): CmdResponseInit {
  return value.length === 0 ? done : { status: 200, message: successHead.message, value };
}

/** A failed call, with the status that the error table gives to its code. */
export function failure(error: PolywireError): CmdResponseInit {
  return { status: errorTable[error.code]?.legacyStatus ?? 500, message: error.message };
}

/** Appends a reply as a frame. */
export function writeReply(writer: ByteWriter, reply: CmdResponseInit): void {
  if (reply instanceof FixedReply) {
    writer.raw(reply.frame);
  } else if (reply.status === successHead.status && reply.message === successHead.message) {
    writeSuccess(writer, reply.value ?? EMPTY_BYTES);
  } else {
    writeFrame(writer, reply);
  }
}

/** A reply as a frame, in a buffer that the caller owns. */
export function encodeReply(reply: CmdResponseInit): Uint8Array {
  const writer = new ByteWriter(64 + (reply.value?.length ?? 0));
  writeReply(writer, reply);
  return writer.copy();
}

function encodeMessage(reply: CmdResponseInit): Uint8Array {
  const writer = new ByteWriter();
  CmdResponseCodec.write(reply, writer);
  return writer.copy();
}

/**
 * Appends the reply of a call that succeeded, by far the most frequent one: two encodings in a row
 * are one message, so its beginning is ready made.
 */
export function writeSuccess(writer: ByteWriter, value: Uint8Array): void {
  const { length } = value;
  if (length > 0 && length <= MAX_SHORT_VALUE_BYTES) {
    const start = writer.pos;
    writer.raw(shortHead);
    writer.raw(value);
    const view = writer.dataView;
    view.setUint8(start + LENGTH_BYTES - 1, SHORT_HEAD_BYTES - LENGTH_BYTES + length);
    view.setUint8(start + SHORT_HEAD_BYTES - 1, length);
    return;
  }
  const start = writer.reserve(LENGTH_BYTES);
  writer.raw(successHeadBytes);
  CmdResponseCodec.write({ value }, writer);
  writer.dataView.setUint32(start, writer.pos - start - LENGTH_BYTES);
}

function writeFrame(writer: ByteWriter, reply: CmdResponseInit): void {
  const start = writer.reserve(LENGTH_BYTES);
  CmdResponseCodec.write(reply, writer);
  writer.dataView.setUint32(start, writer.pos - start - LENGTH_BYTES);
}
