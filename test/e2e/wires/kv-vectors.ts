import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CmdRequestCodec, type CmdRequestInit, type CmdResponseInit } from '@polywire/protocol/legacy.kv.v1';
import { ByteWriter } from '@polywire/protocol/wire';
import { root } from '../../rules/source-files.js';

interface Decoded {
  readonly command?: string | null;
  readonly key?: string;
  readonly topic?: string;
  readonly id?: number;
  readonly expire?: number;
  readonly status?: number;
  readonly message?: string;
  readonly valueUtf8?: string;
  readonly valueHex?: string;
}

/** One case of the KV server's wire. */
export interface KvVector {
  readonly name: string;
  readonly kind: 'session' | 'codec' | 'robustness';
  readonly canonical: boolean;
  readonly hex: string;
  readonly segments?: readonly string[];
  readonly setupHex?: readonly string[];
  readonly decoded: Decoded | readonly Decoded[] | null;
  readonly expectReplyHex?: string;
  readonly eofAfter?: boolean;
  readonly expect?: { readonly outcome: string; readonly anyOf?: readonly string[] };
}

export const kvVectors: readonly KvVector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/kv.json'), 'utf8'),
);

export function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** The request that a vector means. */
export function requestOf(decoded: Decoded): CmdRequestInit {
  const { command, key = '', topic = '', id = 0, expire = 0 } = decoded;
  const value = bytesOf(decoded);
  switch (command) {
    case 'get':
      return { reqData: { $case: 'get', value: { key } } };
    case 'set':
      return { reqData: { $case: 'set', value: { key, value, expire } } };
    case 'publish':
      return { reqData: { $case: 'publish', value: { topic, value } } };
    case 'subscribe':
      return { reqData: { $case: 'subscribe', value: { topic } } };
    case 'unsubscribe':
      return { reqData: { $case: 'unsubscribe', value: { topic, id } } };
    default:
      return { reqData: undefined };
  }
}

/** The reply that a vector means. */
export function replyOf(decoded: Decoded): CmdResponseInit & { readonly value: Uint8Array } {
  return { status: decoded.status, message: decoded.message, value: bytesOf(decoded) };
}

function bytesOf({ valueUtf8 = '', valueHex }: Decoded): Uint8Array {
  return new Uint8Array(valueHex === undefined ? Buffer.from(valueUtf8) : fromHex(valueHex));
}

/** A request as a frame. */
export function requestFrame(request: CmdRequestInit): Buffer {
  const writer = new ByteWriter();
  CmdRequestCodec.write(request, writer);
  const frame = Buffer.alloc(4 + writer.pos);
  frame.writeUInt32BE(writer.pos);
  frame.set(writer.view(), 4);
  return frame;
}

export const getFrame = (key: string): Buffer => requestFrame({ reqData: { $case: 'get', value: { key } } });

export const setFrame = (key: string, value: Uint8Array, expire = 1000): Buffer =>
  requestFrame({ reqData: { $case: 'set', value: { key, value, expire } } });
