import { CmdResponseCodec, type CmdResponseInit } from '@polywire/protocol/legacy.kv.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ByteWriter } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import {
  done,
  encodeReply,
  failure,
  invalidCommand,
  MAX_FRAME_BYTES,
  MAX_REPLY_VALUE_BYTES,
  noneValue,
  success,
  writeReply,
} from './encode.js';

/** A frame as the schema has it, without any of the shortcuts. */
function plainFrame(reply: CmdResponseInit): Uint8Array {
  const writer = new ByteWriter();
  const start = writer.reserve(4);
  CmdResponseCodec.write({ status: reply.status, message: reply.message, value: reply.value }, writer);
  writer.dataView.setUint32(start, writer.pos - 4);
  return writer.copy();
}

const replies: readonly (readonly [string, CmdResponseInit])[] = [
  ['none value', noneValue],
  ['invalid command', invalidCommand],
  ['done', done],
  ['success without a value', success(new Uint8Array(0))],
  ...[1, 127, 128, 16_384, 100_000].map(
    (n) => [`success with ${n} bytes`, success(new Uint8Array(n).fill(7))] as const,
  ),
  ['a failure', failure(new PolywireError(ErrorCode.STORAGE_FAILED, 'no space left'))],
  ['a push', { status: 200, message: 'ticks', value: new Uint8Array([1]) }],
];

describe('replies', () => {
  it.each(replies)('%s is encoded as the schema has it', (_, reply) => {
    expect(encodeReply(reply)).toEqual(plainFrame(reply));
  });

  it('appends one behind the other', () => {
    const writer = new ByteWriter();
    for (const [, reply] of replies) writeReply(writer, reply);
    const expected = replies.flatMap(([, reply]) => [...plainFrame(reply)]);
    expect(writer.copy()).toEqual(Uint8Array.from(expected));
  });

  it('has room for a value of exactly the largest size', () => {
    const frame = encodeReply(success(new Uint8Array(MAX_REPLY_VALUE_BYTES)));
    expect(new DataView(frame.buffer).getUint32(0)).toBe(MAX_FRAME_BYTES);
  });

  it.each([
    [ErrorCode.STORAGE_FAILED, 500],
    [ErrorCode.STORAGE_FULL, 500],
    [ErrorCode.INTERNAL, 500],
    [ErrorCode.DRAINING, 500],
    [ErrorCode.RESOURCE_EXHAUSTED, 500],
    [ErrorCode.MALFORMED_MESSAGE, 400],
    [ErrorCode.KEY_TOO_LONG, 400],
    [ErrorCode.VALUE_TOO_LARGE, 400],
    [999 as ErrorCode, 500],
  ])('error code %i has the status %i and keeps its text', (code, status) => {
    expect(failure(new PolywireError(code, 'what happened'))).toEqual({ status, message: 'what happened' });
  });
});
