import { Buffer } from 'node:buffer';
import type { UpgradeRequest } from '../../transports/listener.js';

/** Offered by clients that give their token as a second sub-protocol, and agreed on with everyone who offers it. */
export const RELAY_PROTOCOL = 'polywire.relay.v1';
/** Before the token, in base64url, in the name of the second one. */
export const TOKEN_PROTOCOL_PREFIX = 'polywire.token.';

/** A token, or why there is none. */
export type GivenToken = { readonly token: string } | { readonly token: undefined; readonly fault: string };

/**
 * The token of an upgrade. Where the query has one, only that counts; else a sub-protocol's, which
 * no other client would send; else, with `bearer`, that of the Authorization header.
 */
export function readToken(request: UpgradeRequest, bearer: boolean): GivenToken {
  // Reads a form as browsers write it: %xx and + in names and values.
  const inQuery = new URLSearchParams(request.query).getAll('token');
  if (inQuery.length > 0) return only(inQuery);
  const inProtocols = request.protocols.filter((name) => name.startsWith(TOKEN_PROTOCOL_PREFIX)).map(decodeName);
  if (inProtocols.length > 0) return only(inProtocols);
  const [, inHeader] = bearer ? (/^bearer +(\S+)$/i.exec(request.header('authorization')) ?? []) : [];
  return inHeader === undefined
    ? { token: undefined, fault: 'the token is missing: connect to /ws?token=…' }
    : only([inHeader]);
}

function only(tokens: readonly string[]): GivenToken {
  const [token] = tokens;
  if (token !== undefined && tokens.length === 1) return { token };
  return { token: undefined, fault: 'the token is given more than once' };
}

function decodeName(name: string): string {
  return Buffer.from(name.slice(TOKEN_PROTOCOL_PREFIX.length), 'base64url').toString();
}
