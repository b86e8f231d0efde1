import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../rules/source-files.js';

export interface BanioDecoded {
  readonly action: string;
  readonly dataHex?: string;
  readonly noEncrypt?: boolean;
  /** Null: there is no payload, which is not the same as an empty one. */
  readonly payloadUtf8?: string | null;
  readonly payloadHex?: string;
}

/** A message that is expected. */
export interface BanioReply {
  readonly action: string;
  readonly noEncrypt?: boolean;
  readonly payloadUtf8: string;
}

/** One case of BanIO's wire. */
export interface BanioVector {
  readonly name: string;
  readonly kind: 'session' | 'codec' | 'robustness';
  readonly direction: 'client-to-server' | 'server-to-client' | 'either';
  readonly era: 'v0.2.23+' | '<=v0.2.21' | 'v0.2.22';
  readonly canonical: boolean;
  readonly hex: string;
  readonly setupHex?: readonly string[];
  readonly aesKeyHex?: string;
  readonly decoded: BanioDecoded | readonly BanioDecoded[] | null;
  readonly eofAfter?: boolean;
  readonly expectReplyHex?: string;
  readonly expect?: {
    readonly outcome: 'reply' | 'no-reply' | 'ignored' | 'accepted' | 'close';
    readonly reason?: string;
    readonly reply?: BanioReply;
    readonly replies?: readonly BanioReply[];
    readonly tagsAdded?: readonly string[];
    readonly tagsRemoved?: readonly string[];
  };
}

export const banioVectors: readonly BanioVector[] = JSON.parse(
  readFileSync(join(root, 'test/conformance/wires/banio.json'), 'utf8'),
);

export function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** The messages that a vector means. */
export function decodedOf({ decoded }: BanioVector): readonly BanioDecoded[] {
  return decoded === null ? [] : [decoded].flat();
}

/** The payload of a decoded message; undefined: there is none. */
export function payloadOf({ payloadUtf8, payloadHex }: BanioDecoded): Buffer | undefined {
  if (payloadHex !== undefined) return fromHex(payloadHex);
  return typeof payloadUtf8 === 'string' ? Buffer.from(payloadUtf8) : undefined;
}
