import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { QuicAddress, Quiche, QuicheHeader } from '@polywire/sdk/core';
import { RetryTokens } from './retry-tokens.js';

/** Bytes of the connection ids that this server gives out. */
export const CONNECTION_ID_BYTES = 16;
const LONG_HEADER = 0x80;
const SHORT_ID_AT = 1;
const LONG_ID_LENGTH_AT = 5;
/** Version Negotiation and Retry datagrams are far smaller. */
const MAX_ANSWER_BYTES = 1_200;

/** What to do about a datagram of nobody that is connected. */
export type Admission =
  | { readonly answer: Uint8Array }
  | { readonly answer: undefined; readonly sourceId: Uint8Array; readonly originalId: Uint8Array };

/**
 * The connection id that a datagram is for, as a key of a map; undefined: it is no QUIC of this server.
 * Both forms of the header have it in the open.
 */
export function connectionKey(datagram: Buffer): string | undefined {
  const first = datagram[0];
  if (first === undefined) return undefined;
  if ((first & LONG_HEADER) === 0) {
    const end = SHORT_ID_AT + CONNECTION_ID_BYTES;
    return datagram.length < end ? undefined : datagram.toString('latin1', SHORT_ID_AT, end);
  }
  const length = datagram[LONG_ID_LENGTH_AT];
  if (length === undefined) return undefined;
  const end = LONG_ID_LENGTH_AT + 1 + length;
  return datagram.length < end ? undefined : datagram.toString('latin1', LONG_ID_LENGTH_AT + 1, end);
}

export function keyOfId(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');
}

/**
 * Lets clients in. A first datagram is answered with a Retry, so that no memory and no work is
 * spent on an address that somebody else made up; nothing is answered that is shorter than a
 * first datagram has to be, so that no answer is larger than what asked for it.
 */
export class QuicGate {
  readonly #quiche: Quiche;
  readonly #tokens = new RetryTokens();

  constructor(quiche: Quiche) {
    this.#quiche = quiche;
  }

  /** Undefined: the datagram is passed over in silence. */
  admit(datagram: Uint8Array, client: QuicAddress, nowMs: number): Admission | undefined {
    if (datagram.length < this.#quiche.MIN_CLIENT_INITIAL_LEN) return undefined;
    try {
      return this.#decide(this.#quiche.Header.fromSlice(datagram, CONNECTION_ID_BYTES), client, nowMs);
    } catch {
      // Anybody may send anything: what quiche can make nothing of is passed over.
      return undefined;
    }
  }

  #decide(header: QuicheHeader, client: QuicAddress, nowMs: number): Admission | undefined {
    // A short header has no version, and is of a connection that is gone. A Version Negotiation has
    // none either, and answering it would never end.
    if (header.version === 0) return undefined;
    if (!this.#quiche.versionIsSupported(header.version)) return this.#negotiate(header);
    if (header.ty !== this.#quiche.Type.Initial) return undefined;
    const { token } = header;
    if (token === null || token.length === 0) return this.#retry(header, client, nowMs);
    const originalId = this.#tokens.open(nowMs, client, token, header.dcid);
    return originalId === undefined ? undefined : { answer: undefined, sourceId: header.dcid, originalId };
  }

  #negotiate(header: QuicheHeader): Admission {
    const out = new Uint8Array(MAX_ANSWER_BYTES);
    return { answer: out.subarray(0, this.#quiche.negotiateVersion(header.scid, header.dcid, out)) };
  }

  #retry(header: QuicheHeader, client: QuicAddress, nowMs: number): Admission {
    const newId = randomBytes(CONNECTION_ID_BYTES);
    const token = this.#tokens.mint(nowMs, client, header.dcid, newId);
    const out = new Uint8Array(MAX_ANSWER_BYTES);
    const length = this.#quiche.retry(header.scid, header.dcid, newId, token, header.version, out);
    return { answer: out.subarray(0, length) };
  }
}
