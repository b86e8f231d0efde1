import { fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { fromPlain, toPlain } from './plain.js';
import { messageDesc, registry } from './registry.js';

const cases: [type: string, json: JsonObject, plain: object][] = [
  ['polywire.kv.v1.GetRequest', { key: 'a' }, { key: 'a' }],
  ['polywire.kv.v1.GetRequest', {}, { key: '' }],
  [
    'polywire.kv.v1.SetRequest',
    { key: 'a', value: 'AQI=', kind: 'VALUE_KIND_TEXT', ttlMs: '60000' },
    { key: 'a', value: Uint8Array.of(1, 2), kind: 2, ttlMs: 60_000, ifRevision: undefined, ifAbsent: false },
  ],
  ['polywire.kv.v1.DeleteRequest', { ifRevision: '0' }, { key: '', ifRevision: 0 }],
  ['polywire.session.v1.PingRequest', { nonce: '18446744073709551615' }, { nonce: 2n ** 64n - 1n }],
  ['polywire.kv.v1.IncrementRequest', { delta: '-5' }, { key: '', delta: -5n }],
  [
    'polywire.errors.v1.Error',
    { code: 'ERROR_CODE_NOT_FOUND', details: { a: '1' } },
    { code: 5, message: '', details: new Map([['a', '1']]), retryAfterMs: 0 },
  ],
  [
    'polywire.kv.v1.BatchRequest',
    { operations: [{ increment: { key: 'n', delta: '1' } }, {}] },
    { operations: [{ operation: { $case: 'increment', value: { key: 'n', delta: 1n } } }, { operation: undefined }] },
  ],
  [
    'polywire.conformance.v1.Receive',
    { closed: true, message: { a: [1, null, { b: 'c' }] } },
    { closed: true, message: { a: [1, null, { b: 'c' }] } },
  ],
  [
    'polywire.conformance.v1.Call',
    { requests: [{ a: 1 }, {}], cancelAfter: 0 },
    { requests: [{ a: 1 }, {}], cancelAfter: 0, errorContains: undefined },
  ],
];

describe('plain messages', () => {
  it.each(cases)('%s %j', (type, json, plain) => {
    const desc = messageDesc(type);
    const message = fromJson(desc, json, { registry });
    expect(toPlain(desc, message)).toMatchObject(plain);
    expect(toJson(desc, fromPlain(desc, toPlain(desc, message)), { registry })).toEqual(json);
  });

  it('refuses a case that a oneof does not have', () => {
    const desc = messageDesc('polywire.kv.v1.BatchOperation');
    expect(() => fromPlain(desc, { operation: { $case: 'erase', value: {} } })).toThrow(/operation has no case erase/);
  });
});
