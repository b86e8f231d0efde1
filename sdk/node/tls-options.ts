import type { ConnectionOptions } from 'node:tls';

/** What `wss://`, `tcps://` and `quic://` need beyond what Node trusts by itself. Everything is PEM. */
export interface TlsOptions {
  /** CAs to trust instead of those of Node. */
  readonly ca?: string | Uint8Array;
  /** This client's certificate, followed by those between it and its CA, for servers that ask for one. */
  readonly cert?: string | Uint8Array;
  /** Private key of `cert`. */
  readonly key?: string | Uint8Array;
  /**
   * Takes any certificate of the server, so that anybody may be it: for a server on this machine that
   * made its own. Default: false.
   */
  readonly insecure?: boolean;
}

/** The same for node:tls. A server is taken for who it is only with a certificate for the URL's host. */
export function connectionOptions({ ca, cert, key, insecure }: TlsOptions): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(cert !== undefined && { cert: pem(cert) }),
    ...(key !== undefined && { key: pem(key) }),
    ...(insecure === true && { rejectUnauthorized: false }),
  };
}

function pem(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : new TextDecoder().decode(text);
}
