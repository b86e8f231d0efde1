import { type Certificate, makeCertificate } from './make-certificate.js';

const DAY_MS = 86_400_000;

export interface TestCertificatesOptions {
  /** Names and addresses of the server. Default: localhost, 127.0.0.1 and ::1. */
  readonly hosts?: readonly string[];
  /** Common name of the client. Default: client. */
  readonly client?: string;
  /** Default: 365. */
  readonly days?: number;
  /** Beginning of their validity. Default: an hour ago, for clocks that go wrong. */
  readonly from?: Date;
}

/** A CA, and what it signed. */
export interface TestCertificates {
  readonly ca: Certificate;
  readonly server: Certificate;
  readonly client: Certificate;
}

/**
 * Makes a CA of its own with a server certificate and a client certificate, for tests and
 * machines of one's own: nobody else trusts this CA.
 */
export function makeTestCertificates(options: TestCertificatesOptions = {}): TestCertificates {
  const { hosts = ['localhost', '127.0.0.1', '::1'], client = 'client', days = 365 } = options;
  const validFrom = options.from ?? new Date(Date.now() - 3_600_000);
  const validity = { validFrom, validTo: new Date(validFrom.getTime() + days * DAY_MS) };
  const ca = makeCertificate({ ...validity, commonName: 'Polywire test CA', use: 'ca' });
  const signed = { ...validity, issuer: ca };
  return {
    ca,
    server: makeCertificate({ ...signed, commonName: hosts[0] ?? 'localhost', use: 'server', names: hosts }),
    client: makeCertificate({
      ...signed,
      commonName: client,
      use: 'client',
      names: [`urn:polywire:client:${encodeURIComponent(client)}`],
    }),
  };
}
