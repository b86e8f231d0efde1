import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import { payloadJson, valueJson, valueLine } from './show-value.js';

const bytes = (...values: number[]) => new Uint8Array(values);

describe('valueJson', () => {
  it.each([
    [bytes(0x61), ValueKind.TEXT, { kind: 'text', value: 'a' }],
    [bytes(), ValueKind.TEXT, { kind: 'text', value: '' }],
    [bytes(0xef, 0xbb, 0xbf, 0x61), ValueKind.TEXT, { kind: 'text', value: '\ufeffa' }],
    [bytes(0x61), ValueKind.BYTES, { kind: 'bytes', valueBase64: 'YQ==' }],
    [bytes(0x61), ValueKind.UNSPECIFIED, { kind: 'bytes', valueBase64: 'YQ==' }],
    [bytes(0xff), ValueKind.TEXT, { kind: 'bytes', valueBase64: '/w==' }],
  ])('shows %j of kind %j', (value, kind, json) => {
    expect(valueJson(value, kind)).toEqual(json);
  });
});

it.each([
  [bytes(0x61, 0x0a), 'a\\n'],
  [bytes(0xff, 0x00), '0xff00'],
])('valueLine shows %j as %j', (value, line) => {
  expect(valueLine(value)).toBe(line);
});

it.each([
  [bytes(0x61), { kind: 'text', value: 'a' }],
  [bytes(0xff), { kind: 'bytes', valueBase64: '/w==' }],
])('payloadJson shows %j', (payload, json) => {
  expect(payloadJson(payload)).toEqual(json);
});
