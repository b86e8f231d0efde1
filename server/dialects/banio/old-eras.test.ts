import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeOldBody, encodeOldBody, looksOld } from './old-eras.js';

const MAX_BYTES = 10_000;
const json = (text: string): ReturnType<typeof decodeOldBody> => decodeOldBody(deflateSync(text), MAX_BYTES);

describe('messages of older eras', () => {
  it.each([
    ['text', 't', '"t"'],
    ['a big integer', 9_007_199_254_740_993n, '9007199254740993'],
    ['bytes, as Base64', Uint8Array.of(0, 255), '"AP8="'],
    ['a list', ['a', 1], '["a",1]'],
    ['an object', { a: '<&>' }, '{"a":"<&>"}'],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
  ])('carry %s', (_, data, payload) => {
    const message = decodeOldBody(encodeOldBody({ action: 'a"b', data }, 'json'), MAX_BYTES);
    // Numbers of JSON are doubles here, so a big one is not exact in this direction.
    const expected = payload === '9007199254740993' ? '9007199254740992' : payload;
    expect(message).toEqual({
      era: 'json',
      action: 'a"b',
      payload: expected === undefined ? undefined : Buffer.from(expected),
    });
  });

  it('of the second carry the bare payload', () => {
    const body = encodeOldBody({ action: 'a', data: 'text' }, 'zlib-gob');
    expect(decodeOldBody(body, MAX_BYTES)).toEqual({ era: 'zlib-gob', action: 'a', payload: Buffer.from('text') });
    const empty = encodeOldBody({ action: 'a', data: undefined }, 'zlib-gob');
    expect(decodeOldBody(empty, MAX_BYTES)).toEqual({ era: 'zlib-gob', action: 'a', payload: undefined });
  });

  it('are known by their first byte, also short ones', () => {
    for (const data of ['', 'x', 'x'.repeat(1024), 'x'.repeat(5000)]) {
      expect(looksOld(encodeOldBody({ action: 'a', data }, 'json'))).toBe(true);
    }
    expect(looksOld(Buffer.from('38ff81', 'hex'))).toBe(false);
    expect(looksOld(new Uint8Array(0))).toBe(false);
  });

  it.each([
    ['no zlib', decodeOldBody(Buffer.from('789c00', 'hex'), MAX_BYTES), 'zlib'],
    ['a bomb', json(`{"action":"${'a'.repeat(MAX_BYTES)}"}`), 'zlib'],
    ['no JSON', json('{'), 'gob'],
    ['no action', json('{"data":1}'), 'gob'],
    ['an action that is no text', json('{"action":1}'), 'gob'],
    ['neither JSON nor gob', json('x'), 'gob'],
    [
      'JSON that is too deep',
      decodeOldBody(deflateSync(`{"action":"a","data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), 1_000_000),
      'gob',
    ],
  ])('that are %s are refused', (_, message, fault) => {
    expect(message).toEqual({ fault });
  });
});
