import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { PeerCertificate } from '../transports/listener.js';

/** As long as a client id may be. */
const MAX_ID_BYTES = 255;
const DNS = 'DNS:';

/**
 * The client id that a certificate gives its owner: the common name of its subject, or without one its
 * first DNS name.
 * @param claimed the id that the client says it has; empty: none
 * @throws PolywireError PERMISSION_DENIED when the certificate has no name, or another than is claimed
 */
export function certifiedId(certificate: PeerCertificate | undefined, claimed: string): string {
  const { commonName = '', alternativeNames = [] } = certificate ?? {};
  const dnsName = alternativeNames.find((name) => name.startsWith(DNS))?.slice(DNS.length);
  const id = commonName || dnsName || '';
  if (id === '' || Buffer.byteLength(id) > MAX_ID_BYTES) {
    throw denied(`the client certificate has no common name or DNS name of 1 to ${MAX_ID_BYTES} bytes`);
  }
  if (claimed !== '' && claimed !== id) throw denied('the client certificate is that of another client');
  return id;
}

function denied(why: string): PolywireError {
  return new PolywireError(ErrorCode.PERMISSION_DENIED, `the client id is not permitted: ${why} (client_id_from)`);
}
