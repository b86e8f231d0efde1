import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

// RFC 9001 section 5.2: the keys of first datagrams follow from the connection id, for everybody to see.
const SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const TAG_BYTES = 16;

const hmac = (key: Uint8Array, data: Uint8Array): Buffer => createHmac('sha256', key).update(data).digest();

function expand(secret: Uint8Array, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return hmac(secret, info).subarray(0, length);
}

/** Reads a length of one, two or four bytes. */
function variableLength(bytes: Buffer, at: number): { value: number; end: number } {
  const size = 1 << ((bytes[at] ?? 0) >> 6);
  return { value: bytes.readUIntBE(at, size) & (2 ** (8 * size - 2) - 1), end: at + size };
}

/** Puts the protection of the first byte and the packet number on, or takes it off. */
function protectHeader(bytes: Buffer, key: Buffer, numberAt: number, numberBytes: (first: number) => number): number {
  const sample = bytes.subarray(numberAt + 4, numberAt + 20);
  const mask = createCipheriv('aes-128-ecb', key, null).update(sample);
  const first = bytes[0] ?? 0;
  const changed = first ^ ((mask[0] ?? 0) & 15);
  const count = numberBytes(changed);
  bytes[0] = changed;
  for (let at = 0; at < count; at++) bytes[numberAt + at] = (bytes[numberAt + at] ?? 0) ^ (mask[1 + at] ?? 0);
  return count;
}

/**
 * The first datagram of a client, with its TLS message changed. `change` works on the decrypted
 * payload in place, and must keep its length.
 */
export function changeFirstDatagram(datagram: Uint8Array, change: (payload: Buffer) => void): Buffer {
  const bytes = Buffer.from(datagram);
  const sourceAt = 6 + (bytes[5] ?? 0);
  const token = variableLength(bytes, sourceAt + 1 + (bytes[sourceAt] ?? 0));
  const length = variableLength(bytes, token.end + token.value);
  const secret = expand(hmac(SALT, bytes.subarray(6, sourceAt)), 'client in', 32);
  const key = expand(secret, 'quic key', 16);
  const headerKey = expand(secret, 'quic hp', 16);

  const numberAt = length.end;
  const numberBytes = protectHeader(bytes, headerKey, numberAt, (first) => (first & 3) + 1);
  const header = bytes.subarray(0, numberAt + numberBytes);
  const end = numberAt + length.value;
  const nonce = expand(secret, 'quic iv', 12);
  for (let at = 1; at <= numberBytes; at++) nonce[12 - at] = (nonce[12 - at] ?? 0) ^ (header.at(-at) ?? 0);

  const opening = createDecipheriv('aes-128-gcm', key, nonce).setAAD(header);
  opening.setAuthTag(bytes.subarray(end - TAG_BYTES, end));
  const payload = Buffer.concat([opening.update(bytes.subarray(header.length, end - TAG_BYTES)), opening.final()]);
  change(payload);
  const sealing = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
  bytes.set(Buffer.concat([sealing.update(payload), sealing.final(), sealing.getAuthTag()]), header.length);
  protectHeader(bytes, headerKey, numberAt, () => numberBytes);
  return bytes;
}

/** Makes the list of application protocols an extension that no server knows, so that none is offered. */
export function hideApplicationProtocols(payload: Buffer, name: string): void {
  const protocol = Buffer.concat([Buffer.from([name.length]), Buffer.from(name)]);
  const list = Buffer.concat([Buffer.from([0, protocol.length]), protocol]);
  const extension = Buffer.concat([Buffer.from([0, 16, 0, list.length]), list]);
  const at = payload.indexOf(extension);
  if (at < 0) throw new Error('the first message offers no such protocol');
  payload.writeUInt16BE(0x1a1a, at);
}
