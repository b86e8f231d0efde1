import type { QuicheConnection, QuicheError } from './quiche.js';

/** How a connection ended. */
export interface QuicEnd {
  /** Who ended it; "silence": nobody said a word for the idle timeout. */
  readonly by: 'peer' | 'here' | 'silence';
  /** A close code of the application, or a transport error of RFC 9000. */
  readonly isApplication: boolean;
  readonly code: number;
  readonly reason: string;
}

// RFC 9000 section 20.1: TLS alerts are transport errors from here on.
const TLS_ALERTS = 0x100;

const transportErrors: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'internal error',
  2: 'connection refused',
  3: 'flow control error',
  4: 'stream limit error',
  5: 'stream state error',
  6: 'final size error',
  7: 'frame encoding error',
  8: 'transport parameter error',
  9: 'connection id limit error',
  10: 'protocol violation',
  11: 'invalid token',
  12: 'application error',
};

const alerts: Readonly<Record<number, string>> = {
  40: 'the two sides share no cipher or version (handshake_failure)',
  42: 'the certificate is not valid for this host, or cannot be used (bad_certificate)',
  43: 'the certificate is of an unsupported kind (unsupported_certificate)',
  44: 'the certificate was revoked (certificate_revoked)',
  45: 'the certificate has expired or is not valid yet (certificate_expired)',
  46: 'the certificate cannot be accepted (certificate_unknown)',
  48: 'the certificate is signed by a CA that is not trusted (unknown_ca)',
  116: 'a client certificate is required (certificate_required)',
  120: 'the two sides share no application protocol (no_application_protocol)',
};

const utf8 = new TextDecoder();

/** Reads from a connection that is over how it ended. */
export function readQuicEnd(connection: QuicheConnection): QuicEnd {
  const peer = connection.peerError();
  if (peer !== null) return toEnd('peer', peer);
  if (connection.isTimedOut()) return { by: 'silence', isApplication: false, code: 0, reason: '' };
  const here = connection.localError();
  if (here !== null) return toEnd('here', here);
  return { by: 'here', isApplication: false, code: 0, reason: '' };
}

function toEnd(by: 'peer' | 'here', error: QuicheError): QuicEnd {
  return { by, isApplication: error.isApp, code: error.errorCode, reason: utf8.decode(error.reason) };
}

/** The end in words, such as "the peer closed with code 3042: slow consumer". */
export function describeQuicEnd(end: QuicEnd): string {
  if (end.by === 'silence') return 'nothing was heard from the peer for the idle timeout';
  const who = end.by === 'peer' ? 'the peer' : 'this side';
  const what = end.isApplication ? `code ${end.code}` : transportError(end.code);
  return `${who} closed with ${what}${end.reason === '' ? '' : `: ${end.reason}`}`;
}

function transportError(code: number): string {
  const alert = code - TLS_ALERTS;
  if (alert >= 0 && alert <= 0xff) return `TLS alert ${alert}: ${alerts[alert] ?? 'see RFC 8446 section 6'}`;
  return transportErrors[code] ?? `transport error ${code}`;
}
