import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../rules/source-files.js';

export interface MsgTransDecoded {
  readonly packetType: 'oneway' | 'request' | 'response';
  readonly bizType: number;
  readonly messageId: number;
  readonly flags: number;
  readonly extHex: string;
  readonly payloadUtf8?: string;
  readonly payloadHex?: string;
}

/** One case of MsgTrans' wire. */
export interface MsgTransVector {
  readonly name: string;
  readonly kind: 'session' | 'codec' | 'robustness';
  readonly era: string;
  readonly transport: 'any' | 'tcp' | 'websocket' | 'quic-uni' | 'quic-bidi';
  readonly direction: 'client-to-server' | 'server-to-client' | 'either';
  readonly canonical: boolean;
  /** What travels; missing in a vector of a text message. */
  readonly hex?: string;
  readonly text?: string;
  readonly segments?: readonly string[];
  readonly decoded: MsgTransDecoded | readonly MsgTransDecoded[] | null;
  readonly expectReplyHex?: string;
  readonly expect?: { readonly outcome: string; readonly strictPolicy?: string; readonly deliveredAs?: string };
}

export const msgtransVectors: readonly MsgTransVector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/msgtrans.json'), 'utf8'),
);

/** Those of the layout of MsgTrans 1.x. */
export const v1Vectors = msgtransVectors.filter(({ era }) => era.startsWith('v1'));
/** Those of layouts that came before. */
export const olderVectors = msgtransVectors.filter(({ era }) => !era.startsWith('v1'));

export function bytesOf({ hex = '', text }: MsgTransVector): Buffer {
  return text === undefined ? Buffer.from(hex, 'hex') : Buffer.from(text);
}

/** The messages that a vector means. */
export function decodedOf({ decoded }: MsgTransVector): readonly MsgTransDecoded[] {
  return decoded === null ? [] : [decoded].flat();
}

export function payloadOf({ payloadUtf8, payloadHex }: MsgTransDecoded): Buffer {
  return payloadHex === undefined ? Buffer.from(payloadUtf8 ?? '') : Buffer.from(payloadHex, 'hex');
}
