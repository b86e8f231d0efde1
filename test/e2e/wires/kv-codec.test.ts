import { Buffer } from 'node:buffer';
import type { CmdRequest } from '@polywire/protocol/legacy.kv.v1';
import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../server/dialects/kv/decode.js';
import { encodeReply, MAX_FRAME_BYTES } from '../../../server/dialects/kv/encode.js';
import { FrameDecoder } from '../../../server/dialects/kv/frame-decoder.js';
import { ByteBudget } from '../../../server/sessions/byte-budget.js';
import { readReplies } from './kv-replies.js';
import { fromHex, kvVectors, replyOf, requestFrame, requestOf } from './kv-vectors.js';

const requests = kvVectors.filter(({ kind, decoded }) => kind === 'session' && decoded !== null);
const replies = kvVectors.filter(({ kind }) => kind === 'codec');
const refused = kvVectors.filter(({ kind }) => kind === 'robustness');

/** The requests in a stream that comes in pieces; values are copied out. */
function readAll(pieces: readonly Uint8Array[]): CmdRequest[] {
  const decoder = new FrameDecoder({ maxFrameBytes: MAX_FRAME_BYTES, budget: new ByteBudget(1_000_000) });
  const found: CmdRequest[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    while (decoder.peek()) {
      found.push(structuredClone({ reqData: readCommand(decoder.bytes, decoder.start, decoder.end) }));
      decoder.consume();
    }
    decoder.settle();
  }
  return found;
}

const meant = (vector: (typeof requests)[number]) =>
  [vector.decoded].flat().map((decoded) => {
    const request = requestOf(decoded ?? {});
    return request.reqData === undefined ? { reqData: undefined } : request;
  });

describe('codec vectors of the KV wire', () => {
  it.each(requests)('$name is decoded, whole and cut at every byte', (vector) => {
    const bytes = new Uint8Array(fromHex(vector.hex));
    for (let at = 0; at < bytes.length; at++) {
      expect(readAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(meant(vector));
    }
  });

  it.each([1, 3, 7, 64, 100_000])('all requests in one stream are decoded in pieces of %i bytes', (size) => {
    const stream = new Uint8Array(Buffer.concat(requests.map(({ hex }) => fromHex(hex))));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
    expect(readAll(pieces)).toEqual(requests.flatMap(meant));
  });

  it.each(requests.filter(({ canonical }) => canonical))('$name is encoded as it was', (vector) => {
    const [decoded] = [vector.decoded].flat();
    expect(requestFrame(requestOf(decoded ?? {})).toString('hex')).toBe(vector.hex);
  });

  it.each(replies)('$name is encoded and decoded', (vector) => {
    const [decoded] = [vector.decoded].flat();
    const reply = replyOf(decoded ?? {});
    expect(Buffer.from(encodeReply(reply)).toString('hex')).toBe(vector.hex);
    expect(readReplies(new Uint8Array(fromHex(vector.hex)))).toEqual([reply]);
  });

  it.each(refused)('$name gives no request', (vector) => {
    const bytes = new Uint8Array(fromHex(vector.hex));
    const found: CmdRequest[] = [];
    let code = 'need more';
    try {
      found.push(...readAll([bytes]));
    } catch (thrown) {
      code =
        (thrown as { codeName?: string; reason?: string }).codeName ?? String((thrown as { reason?: string }).reason);
    }
    expect(found).toEqual([]);
    expect(code).toMatch(/^(need more|PACKET_TOO_LARGE|malformed|invalid-utf8)$/);
  });
});
