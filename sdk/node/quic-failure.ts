import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { describeQuicEnd, PolywireError, type QuicEnd } from '../core/index.js';
import { unavailable } from './unavailable.js';

// TLS alerts (RFC 8446 section 6) are QUIC errors from 0x100 on.
const BAD_CERTIFICATE = 0x100 + 42;
const CERTIFICATE_UNKNOWN = 0x100 + 46;
const UNKNOWN_CA = 0x100 + 48;
const CERTIFICATE_REQUIRED = 0x100 + 116;
const NO_APPLICATION_PROTOCOL = 0x100 + 120;

/** Puts into words why a connection ended, or did not come about, and what to do. */
export function quicFailure(url: URL, end: QuicEnd): PolywireError {
  const text = describeQuicEnd(end);
  if (end.isApplication) return unavailable(url, `the connection ended: ${text}`);
  if (end.by === 'here' && end.code >= BAD_CERTIFICATE && end.code <= UNKNOWN_CA) return untrusted(url, text);
  if (end.by === 'peer' && isAboutClientCertificate(end.code)) {
    return new PolywireError(
      ErrorCode.UNAUTHENTICATED,
      `${url.protocol}//${url.host}: the server did not take this client's certificate (${text}); give one of its CA as tls.cert and tls.key`,
    );
  }
  if (end.by === 'peer' && end.code === NO_APPLICATION_PROTOCOL) {
    return unavailable(
      url,
      `the server does not offer the application protocol polywire (${text}); add it to its alpn`,
    );
  }
  return unavailable(url, text);
}

/** The error of a server that could be anybody. */
export function untrusted(url: URL, why: string): PolywireError {
  return unavailable(
    url,
    `the server's certificate is not trusted (${why}); give its CA, or the certificate itself, as tls.ca; ` +
      'for a server on this machine that made its own certificate pass tls: { insecure: true }',
  );
}

function isAboutClientCertificate(code: number): boolean {
  return (
    code === CERTIFICATE_REQUIRED || (code >= BAD_CERTIFICATE && code <= UNKNOWN_CA && code !== CERTIFICATE_UNKNOWN)
  );
}
