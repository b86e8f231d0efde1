import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { PeerCertificate } from './listener.js';

/** The certificate of a peer that was asked for one; undefined when the socket has none. */
export function peerCertificateOf(socket: Socket): PeerCertificate | undefined {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? undefined : describeCertificate(certificate);
}

/** What a certificate that was checked says about its owner. */
export function describeCertificate(certificate: X509Certificate): PeerCertificate {
  return {
    commonName: commonNameOf(certificate),
    alternativeNames: splitNames(certificate.subjectAltName ?? ''),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

function commonNameOf(certificate: X509Certificate): string {
  const { CN } = certificate.toLegacyObject().subject;
  // A subject may have several; the last is the most specific.
  return (Array.isArray(CN) ? CN.at(-1) : CN) ?? '';
}

/**
 * Splits "DNS:a, URI:urn:x". Node quotes a name that holds what could be taken for a separator as
 * JSON text, as in `DNS:"a, DNS:b"`.
 */
export function splitNames(text: string): string[] {
  const names = text.match(/[^:,]+:(?:"(?:[^"\\]|\\.)*"|[^,])*/g) ?? [];
  return names.map((name) => {
    const trimmed = name.trim();
    const colon = trimmed.indexOf(':');
    const value = trimmed.slice(colon + 1);
    return value.startsWith('"') ? `${trimmed.slice(0, colon)}:${String(JSON.parse(value))}` : trimmed;
  });
}
