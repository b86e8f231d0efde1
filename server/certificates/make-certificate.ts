import { Buffer } from 'node:buffer';
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, integer, objectId, octets, retagged, sequence, set, tagged, time, utf8, yes } from './der.js';

/** A certificate with its private key, both PEM; the key is PKCS#8. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that can sign others. */
export interface Authority extends Certificate {
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** What it may be used for. */
  readonly use: 'ca' | 'server' | 'client';
  /** Names and addresses that it stands for: DNS names, IP addresses, URIs. */
  readonly names?: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Who signs it. Left out: itself. */
  readonly issuer?: Authority;
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
const extendedUses = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
const keyCertSignAndCrlSign = bits(Buffer.from([0x06]), 1);
const digitalSignature = bits(Buffer.from([0x80]), 7);

/** Makes a key on P-256 and a certificate of X.509 version 3 for it. */
export function makeCertificate(options: CertificateOptions): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(publicKeyInfo).digest();
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8(options.commonName))));
  const { issuer } = options;
  const content = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer?.name ?? name,
    sequence(time(options.validFrom), time(options.validTo)),
    name,
    publicKeyInfo,
    tagged(3, sequence(...extensions(options, keyId, issuer?.keyId ?? keyId))),
  );
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const der = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, signer)));
  return { cert: pem(der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), name, keyId };
}

function extensions({ use, names = [] }: CertificateOptions, keyId: Buffer, issuerKeyId: Uint8Array): Buffer[] {
  const isCa = use === 'ca';
  const list = [
    critical('2.5.29.19', isCa ? sequence(yes()) : sequence()),
    critical('2.5.29.15', isCa ? keyCertSignAndCrlSign : digitalSignature),
    extension('2.5.29.14', octets(keyId)),
    extension('2.5.29.35', sequence(retagged(0, issuerKeyId))),
  ];
  if (use !== 'ca') list.push(extension('2.5.29.37', sequence(objectId(extendedUses[use]))));
  if (names.length > 0) list.push(extension('2.5.29.17', sequence(...names.map(alternativeName))));
  return list;
}

const extension = (id: string, value: Buffer): Buffer => sequence(objectId(id), octets(value));
const critical = (id: string, value: Buffer): Buffer => sequence(objectId(id), yes(), octets(value));

function alternativeName(name: string): Buffer {
  if (isIP(name) !== 0) return retagged(7, addressBytes(name));
  return retagged(name.includes(':') ? 6 : 2, Buffer.from(name));
}

/** 4 bytes of IPv4 or 16 of IPv6. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // URL writes every IPv6 address with hexadecimal groups only.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text = ''): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const all = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
