import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { AesGcm } from '../../../server/dialects/banio/aes-gcm.js';
import { decodeMessage, type MessageIn } from '../../../server/dialects/banio/decode.js';
import { FrameDecoder } from '../../../server/dialects/banio/frame-decoder.js';
import { writeGobMessage } from '../../../server/dialects/banio/gob/gob-writer.js';
import { openPayload } from '../../../server/dialects/banio/payload.js';
import { type BanioVector, banioVectors, decodedOf, fromHex, payloadOf } from './banio-vectors.js';

const MAX_BYTES = 1_048_576;
const options = { oldEras: true, maxInflatedBytes: MAX_BYTES };

const readable = banioVectors.filter((vector) => decodedOf(vector).length > 0);
const canonical = readable.filter(({ canonical }) => canonical);
const present = readable.filter(({ era }) => era === 'v0.2.23+');

/** The messages of a stream that comes in pieces. */
function readAll(pieces: readonly Uint8Array[]): (MessageIn | { readonly fault: string })[] {
  const decoder = new FrameDecoder(MAX_BYTES);
  const messages: (MessageIn | { readonly fault: string })[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      messages.push(decodeMessage(Uint8Array.from(frame), options));
    }
    decoder.settle();
  }
  expect(decoder.waitingBytes).toBe(0);
  return messages;
}

/** What a vector says of its messages. */
const meaningOf = (vector: BanioVector): object[] =>
  decodedOf(vector).map((decoded) => {
    const { action, dataHex = '', noEncrypt = false } = decoded;
    if (vector.era === 'v0.2.23+') return { era: 'gob', action, data: new Uint8Array(fromHex(dataHex)), noEncrypt };
    return { era: vector.era === 'v0.2.22' ? 'zlib-gob' : 'json', action, payload: payloadOf(decoded) };
  });

describe('vectors of BanIO, read', () => {
  it('are all known', () => {
    expect(banioVectors).toHaveLength(61);
    expect(readable.length).toBeGreaterThan(40);
  });

  it.each(readable)('$name, whole', (vector) => {
    expect(readAll([fromHex(vector.hex)])).toEqual(meaningOf(vector));
  });

  it.each(readable)('$name, split at every byte', (vector) => {
    const bytes = fromHex(vector.hex);
    for (let at = 0; at <= bytes.length; at++) {
      expect(readAll([bytes.subarray(0, at), bytes.subarray(at)]), `at ${at}`).toEqual(meaningOf(vector));
    }
    expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(meaningOf(vector));
  });

  it('all at once', () => {
    const stream = Buffer.concat(readable.map(({ hex }) => fromHex(hex)));
    const meaning = readable.flatMap(meaningOf);
    expect(readAll([stream])).toEqual(meaning);
    for (const size of [1, 3, 64, 1000]) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
      expect(readAll(pieces), `pieces of ${size}`).toEqual(meaning);
    }
  });

  it.each(present)('$name, its payload', (vector) => {
    const key = vector.aesKeyHex === undefined ? undefined : new AesGcm(vector.aesKeyHex);
    for (const decoded of decodedOf(vector)) {
      const cipher = decoded.noEncrypt === true ? undefined : key;
      expect(openPayload(fromHex(decoded.dataHex ?? ''), cipher, MAX_BYTES)).toEqual({ payload: payloadOf(decoded) });
    }
  });
});

describe('vectors of BanIO, written', () => {
  it.each(canonical)('$name', (vector) => {
    const [decoded] = decodedOf(vector);
    const { action = '', dataHex = '', noEncrypt = false } = decoded ?? {};
    const frame = writeGobMessage({ action, data: fromHex(dataHex), noEncrypt }, 4);
    frame.writeUInt32LE(frame.length - 4);
    expect(frame.toString('hex')).toBe(vector.hex);
  });

  it('the same sealed bytes, from the same nonce', () => {
    const sealed = banioVectors.filter(({ aesKeyHex, canonical }) => aesKeyHex !== undefined && canonical);
    expect(sealed.length).toBeGreaterThan(2);
    for (const vector of sealed.filter(({ decoded }) => (decoded as { noEncrypt: boolean }).noEncrypt === false)) {
      const data = fromHex((decodedOf(vector)[0]?.dataHex as string) ?? '');
      const key = new AesGcm(vector.aesKeyHex as string);
      expect(key.seal(key.open(data) as Buffer, data.subarray(0, 12))).toEqual(data);
    }
  });
});
