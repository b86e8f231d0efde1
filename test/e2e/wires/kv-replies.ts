import { Buffer } from 'node:buffer';
import { type CmdResponse, CmdResponseCodec } from '@polywire/protocol/legacy.kv.v1';
import { decode } from '@polywire/protocol/wire';

/** Replies in a stream of frames, in order. A rest that is no whole frame is a failure. */
export function readReplies(stream: Uint8Array): CmdResponse[] {
  const replies: CmdResponse[] = [];
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  while (at < stream.length) {
    if (stream.length - at < 4) throw new Error('the stream ends inside a length');
    const end = at + 4 + view.getUint32(at);
    if (end > stream.length) throw new Error('the stream ends inside a frame');
    replies.push(decode(CmdResponseCodec, stream.subarray(at + 4, end)));
    at = end;
  }
  return replies;
}

/** Replies as short lines, such as `200 success 999999`. */
export function replyLines(stream: Buffer): string[] {
  return readReplies(stream).map(({ status, message, value }) =>
    `${status} ${message} ${Buffer.from(value).toString()}`.trimEnd(),
  );
}
