import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../core/index.js';

/** The error of a server that cannot be reached, or not any more. Names the address, never its query. */
export function unavailable(url: URL, what: string, cause?: unknown): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, `${url.protocol}//${url.host}: ${what}`, { cause });
}

/** What OpenSSL says of itself. */
interface SocketError extends Error {
  readonly code?: string;
  /** Such as "tlsv13 alert certificate required". */
  readonly reason?: string;
}

/** Codes of a server's certificate that did not stand the check. */
const untrusted = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/;

/** Puts into words why a socket failed; with TLS, which side did not trust the other. */
export function socketFailure(url: URL, error: SocketError): PolywireError {
  const { code = '', reason } = error;
  if (untrusted.test(code)) {
    return unavailable(url, `the server's certificate is not trusted (${error.message}); give its CA as tls.ca`, error);
  }
  if (reason === undefined) return unavailable(url, error.message, error);
  if (!/alert .*(certificate|unknown ca|handshake failure)/.test(reason)) return unavailable(url, reason, error);
  return new PolywireError(
    ErrorCode.UNAUTHENTICATED,
    `${url.protocol}//${url.host}: the server did not take this client's certificate (${reason}); give one of its CA as tls.cert and tls.key`,
    { cause: error },
  );
}
