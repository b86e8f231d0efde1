import { Buffer } from 'node:buffer';
import { makeCertificate } from '../../certificates/make-certificate.js';
import type { TlsFiles } from '../listener.js';
import { readTlsFiles } from '../tls-files.js';

const DAY_MS = 86_400_000;
const DAYS = 90;

/** What a QUIC server shows and asks for; everything is PEM. */
export interface ServerIdentity {
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** CAs of client certificates; undefined: none is asked for. */
  readonly clientCa: Buffer | undefined;
}

/**
 * The identity in the files, or a self-signed one for localhost, 127.0.0.1 and ::1 with a new key,
 * which is good for 90 days and ends with the process: QUIC is never without TLS.
 * @throws PolywireError CONFIG_INVALID naming the file
 */
export function serverIdentity(files: TlsFiles | undefined, nowMs: number): ServerIdentity {
  if (files === undefined) return selfSigned(nowMs);
  const { cert, key, ca } = readTlsFiles(files);
  return { certificate: cert as Buffer, key: key as Buffer, clientCa: ca as Buffer | undefined };
}

function selfSigned(nowMs: number): ServerIdentity {
  const { cert, key } = makeCertificate({
    commonName: 'localhost',
    use: 'server',
    names: ['localhost', '127.0.0.1', '::1'],
    // The clock of a client may be behind.
    validFrom: new Date(nowMs - DAY_MS),
    validTo: new Date(nowMs + DAYS * DAY_MS),
  });
  return { certificate: Buffer.from(cert), key: Buffer.from(key), clientCa: undefined };
}
