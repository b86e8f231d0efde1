import { describe, expect, it } from 'vitest';
import type { PeerCertificate } from '../transports/listener.js';
import { certifiedId } from './certified-id.js';

const certificate = (commonName: string, ...alternativeNames: string[]): PeerCertificate => ({
  commonName,
  alternativeNames,
  fingerprint: '',
});
const attempt = (given: PeerCertificate | undefined, claimed: string): string => {
  try {
    return certifiedId(given, claimed);
  } catch (thrown) {
    const { codeName, message } = thrown as { codeName: string; message: string };
    return `${codeName} ${message}`;
  }
};

describe('the client id of a certificate', () => {
  it.each([
    ['the common name', certificate('CS001', 'DNS:other'), '', 'CS001'],
    ['the first DNS name', certificate('', 'IP Address:::1', 'DNS:cs001.example', 'DNS:b'), '', 'cs001.example'],
    ['the same as is claimed', certificate('CS001'), 'CS001', 'CS001'],
    ['of 255 bytes', certificate('x'.repeat(255)), '', 'x'.repeat(255)],
  ])('%s', (_, given, claimed, id) => {
    expect(attempt(given, claimed)).toBe(id);
  });

  it.each([
    ['another than is claimed', certificate('CS001'), 'CS002', 'that of another client'],
    ['of another case', certificate('CS001'), 'cs001', 'that of another client'],
    ['a DNS name beside the common name', certificate('CS001', 'DNS:CS002'), 'CS002', 'that of another client'],
    ['without names', certificate('', 'URI:urn:x'), '', 'no common name or DNS name'],
    ['that is too long', certificate('é'.repeat(128)), '', 'of 1 to 255 bytes'],
    ['of no certificate', undefined, 'CS001', 'no common name or DNS name'],
  ])('is refused: %s', (_, given, claimed, text) => {
    expect(attempt(given, claimed)).toMatch(/^PERMISSION_DENIED the client id is not permitted: /);
    expect(attempt(given, claimed)).toContain(text);
  });
});
