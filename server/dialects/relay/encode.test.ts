import { Buffer } from 'node:buffer';
import { RelayEnvelopeJson } from '@polywire/protocol/legacy.relay.v1';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from './encode.js';

const atMs = Date.UTC(2024, 0, 15, 10, 30, 0, 7);
const encode = (payload: Uint8Array, notUtf8: 'empty' | 'drop' | 'base64' = 'empty', channel = 'c') =>
  encodeMessage({ channel, payload, forwardedAtMs: atMs }, notUtf8);
const textOf = (payload: string): string => String(encode(Buffer.from(payload)).text);

describe('encodeMessage', () => {
  it('is compact, in order, with milliseconds and Z', () => {
    expect(textOf('{"a":1}')).toBe('{"channel":"c","payload":"{\\"a\\":1}","timestamp":"2024-01-15T10:30:00.007Z"}');
  });

  const short: Readonly<Record<number, string>> = {
    8: '\\b',
    9: '\\t',
    10: '\\n',
    12: '\\f',
    13: '\\r',
    34: '\\"',
    92: '\\\\',
  };
  it.each(
    Array.from({ length: 0x21 }, (_, code) => [code]).concat([
      [0x22],
      [0x2f],
      [0x5c],
      [0x7f],
      [0x80],
      [0x2028],
      [0xffff],
    ]),
  )('escapes the character %i as the older relay does', (code) => {
    const character = String.fromCharCode(code);
    const long = code < 0x20 ? `\\u00${code.toString(16).padStart(2, '0')}` : character;
    expect(textOf(character)).toContain(`"payload":"${short[code] ?? long}","timestamp"`);
  });

  it('leaves what is not ASCII as it is, also a mark at the beginning', () => {
    for (const text of ['\ufeffa', '交易 😀', 'é/']) {
      expect(textOf(text)).toContain(`"payload":"${text}"`);
    }
  });

  it('escapes the name of a channel too', () => {
    const { text } = encode(Buffer.from('x'), 'empty', 'a"\n');
    expect(RelayEnvelopeJson.parse(String(text)).channel).toBe('a"\n');
  });

  it.each([
    ['ff00fe', false],
    ['c0af', false],
    ['eda080', false],
    ['f4908080', false],
    ['e282', false],
    ['80', false],
    ['e282ac', true],
    ['00', true],
  ])('%s is UTF-8: %s', (hex, isUtf8) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(encode(bytes).isUtf8).toBe(isUtf8);
    expect(encode(bytes, 'drop').text === undefined).toBe(!isUtf8);
    const parsed = JSON.parse(String(encode(bytes, 'base64').text)) as Record<string, string>;
    expect(parsed.payload).toBe(isUtf8 ? bytes.toString() : '');
    expect(parsed.payload_base64).toBe(isUtf8 ? undefined : bytes.toString('base64'));
  });

  it('reads a payload that is a part of a larger buffer', () => {
    const whole = new Uint8Array([0x61, 0x62, 0x63, 0x64]);
    expect(String(encode(whole.subarray(1, 3)).text)).toContain('"payload":"bc"');
  });
});
