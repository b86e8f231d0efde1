import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitJsonSchema, jsonSchemas } from './emit-json-schema.js';
import { buildImage, buildTexts, type ImageContext, imageContext, ownSchemaDir } from './testing/image-context.js';

const proto = `
syntax = "proto3";
// The package.
package t.v1;
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/any.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/duration.proto";
import "polywire/options/v1/options.proto";

enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }

// All
// of it.
//
// Second.
message All {
  int32 i32 = 1;
  uint32 u32 = 2;
  int64 i64 = 3;
  uint64 u64 = 4;
  uint64 safe = 5 [jstype = JS_NUMBER];
  sint64 bounded = 6 [(polywire.options.v1.field) = {range: {min: -5, max: 5}}];
  bytes data = 7 [(polywire.options.v1.field) = {max_len: 4}];
  Color color = 8;
  float f = 9;
  double ratio = 10 [(polywire.options.v1.field) = {range: {min: 0, max: 1}}];
  string short_text = 11 [(polywire.options.v1.field) = {max_len: 3}];
  repeated string names = 12 [(polywire.options.v1.field) = {max_len: 2}];
  map<string, int32> counts = 13 [(polywire.options.v1.field) = {max_len: 1}];
  map<int32, bool> by_number = 14;
  map<bool, All> by_flag = 15;
  oneof choice { string left = 16; All right = 17; bool middle = 18; }
  google.protobuf.Struct struct = 19;
  google.protobuf.Value value = 20;
  google.protobuf.Timestamp at = 21;
  google.protobuf.Duration took = 22;
  google.protobuf.Any any = 23;
  google.protobuf.Empty empty = 24;
  google.protobuf.Int64Value wrapped = 25;
  google.protobuf.ListValue list = 26;
  repeated Color colors = 27;
  optional string token = 28 [(polywire.options.v1.field) = {secret: true}];
  string kind = 29 [(polywire.options.v1.field) = {pattern: "|a|b"}];
}

message Strict {
  string id = 1 [(polywire.options.v1.field) = {min_len: 1}];
  string kind = 2 [(polywire.options.v1.field) = {pattern: "ws|tcp"}];
  uint32 count = 3 [(polywire.options.v1.field) = {range: {min: 1, max: 3}}];
  optional string other = 4 [(polywire.options.v1.field) = {min_len: 1}];
  repeated int32 items = 5 [(polywire.options.v1.field) = {min_len: 1}];
}
`;

describe('emitJsonSchema', () => {
  let context: ImageContext;
  let ajv: Ajv2020;
  const schemaOf = (name: string) =>
    JSON.parse(context.emitted.get(`json-schema/${name}.schema.json`) ?? '') as {
      properties: Record<string, Record<string, unknown>>;
      [key: string]: unknown;
    };

  beforeAll(() => {
    context = imageContext(buildTexts({ 't/v1/t.proto': proto }));
    emitJsonSchema(context);
    ajv = new Ajv2020({ strict: true });
    ajv.addSchema(schemaOf('t.v1.All'));
    ajv.addSchema(schemaOf('t.v1.Strict'));
  });

  const long = (count: number) => 'a'.repeat(count);
  const cases: [valid: boolean, value: unknown][] = [
    [true, {}],
    [false, { unknown: 1 }],
    [false, { i_32: 1 }],
    [true, { i32: -(2 ** 31) }],
    [false, { i32: 2 ** 31 }],
    [false, { i32: 1.5 }],
    [false, { u32: -1 }],
    [true, { u32: 2 ** 32 - 1 }],
    [false, { u32: 2 ** 32 }],
    [true, { i64: '-9223372036854775808' }],
    [false, { i64: '-9223372036854775809' }],
    [true, { i64: Number.MAX_SAFE_INTEGER }],
    [false, { i64: 2 ** 53 }],
    [true, { u64: '18446744073709551615' }],
    [false, { u64: '18446744073709551616' }],
    [false, { u64: '-1' }],
    [false, { u64: '01' }],
    [true, { safe: 2 ** 53 - 1 }],
    [false, { safe: '1' }],
    [true, { bounded: -5 }],
    [true, { bounded: '5' }],
    [false, { bounded: 6 }],
    [false, { bounded: '-6' }],
    [true, { data: 'AQID-_8=' }],
    [true, { data: 'AQ' }],
    [false, { data: 'A!' }],
    [false, { data: long(9) }],
    [true, { color: 'COLOR_RED' }],
    [true, { color: 99 }],
    [false, { color: 'RED' }],
    [true, { f: 'NaN' }],
    [true, { f: '-Infinity' }],
    [false, { f: 1e39 }],
    [false, { f: 'nan' }],
    [true, { ratio: 0.5 }],
    [false, { ratio: 1.1 }],
    [false, { ratio: 'NaN' }],
    [true, { shortText: '😀😀😀' }],
    [false, { shortText: 'abcd' }],
    [false, { short_text: 'a' }],
    [true, { names: ['a', 'b'] }],
    [false, { names: ['a', 'b', 'c'] }],
    [false, { names: [1] }],
    [true, { counts: { a: 1 } }],
    [false, { counts: { a: 'x' } }],
    [false, { counts: { a: 1, b: 2 } }],
    [true, { byNumber: { '-1': true } }],
    [false, { byNumber: { one: true } }],
    [true, { byFlag: { true: { i32: 1 } } }],
    [false, { byFlag: { yes: {} } }],
    [false, { byFlag: { true: { i32: 'x' } } }],
    [true, { left: 'a' }],
    [false, { left: 'a', middle: true }],
    [false, { right: {}, middle: true }],
    [true, { struct: { a: [null, { b: 1 }] } }],
    [false, { struct: [] }],
    [true, { value: null }],
    [true, { list: [1, 'a'] }],
    [false, { list: {} }],
    [true, { at: '2026-01-02T03:04:05.678Z' }],
    [false, { at: '2026-01-02' }],
    [true, { took: '-1.5s' }],
    [false, { took: '1.5' }],
    [true, { any: { '@type': 'type.googleapis.com/t.v1.All', i32: 1 } }],
    [false, { any: {} }],
    [false, { empty: { a: 1 } }],
    [true, { wrapped: '12' }],
    [false, { wrapped: {} }],
    [true, { colors: ['COLOR_RED', 1] }],
    [true, { kind: 'a' }],
    [false, { kind: 'ab' }],
    [false, []],
    [false, null],
  ];
  it.each(cases)('All: %s for %j', (valid, value) => {
    expect(ajv.validate('t.v1.All', value)).toBe(valid);
  });

  const base = { id: 'a', kind: 'ws', count: 1, items: [1] };
  it.each([
    [true, base],
    [false, { ...base, id: undefined }],
    [false, { ...base, id: '' }],
    [false, { ...base, kind: undefined }],
    [false, { ...base, kind: 'wss' }],
    [false, { ...base, count: undefined }],
    [false, { ...base, count: 4 }],
    [false, { ...base, items: undefined }],
    [false, { ...base, items: [] }],
    [false, { ...base, other: '' }],
    [true, { ...base, other: 'x' }],
  ])('a field whose default breaks its rules must be there: %s for %j', (valid, value) => {
    expect(ajv.validate('t.v1.Strict', JSON.parse(JSON.stringify(value)))).toBe(valid);
  });

  it('takes descriptions from comments and marks secrets', () => {
    const all = schemaOf('t.v1.All');
    expect(all.description).toBe('All of it.\n\nSecond.');
    expect(all.$id).toBe('t.v1.All');
    expect(all.properties.token?.writeOnly).toBe(true);
    expect(all.properties.byFlag?.additionalProperties).toEqual({ $ref: 't.v1.All' });
  });

  it('has schemas of messages that the files only refer to', () => {
    const whole = imageContext(
      buildTexts({
        'a/v1/a.proto': 'syntax = "proto3"; package a.v1; message A { B b = 1; } message B {}',
        'c/v1/c.proto': 'syntax = "proto3"; package c.v1; import "a/v1/a.proto"; message C { repeated a.v1.A a = 1; }',
      }),
    );
    const schemas = jsonSchemas({ rules: whole.rules, files: whole.files.filter((file) => file.name === 'c/v1/c') });
    expect([...schemas.keys()]).toEqual(['a.v1.A', 'a.v1.B', 'c.v1.C']);
  });

  it('bundles every schema, and the bundle resolves by itself', () => {
    const bundle = JSON.parse(context.emitted.get('json-schema/bundle.schema.json') ?? '');
    expect(Object.keys(bundle.$defs)).toEqual(['t.v1.All', 't.v1.Strict']);
    const alone = new Ajv2020({ strict: true });
    alone.addSchema(bundle);
    expect(alone.validate('t.v1.All', { right: { i32: 1 } })).toBe(true);
    expect(alone.validate('t.v1.All', { right: { i32: 'x' } })).toBe(false);
  });

  it('has a schema that compiles in strict mode for every message of our own schema', () => {
    const own = imageContext(buildImage(ownSchemaDir));
    emitJsonSchema(own);
    const strict = new Ajv2020({ strict: true });
    const ids = [...own.emitted.keys()].filter((path) => !path.endsWith('bundle.schema.json'));
    for (const path of ids) strict.addSchema(JSON.parse(own.emitted.get(path) ?? ''));
    for (const path of ids) strict.getSchema(JSON.parse(own.emitted.get(path) ?? '').$id);
    expect(ids).toContain('json-schema/polywire.config.v1.Config.schema.json');
    expect(strict.validate('polywire.config.v1.Config', { listen: [{ transport: 'ws', port: 8080 }] })).toBe(true);
    expect(strict.validate('polywire.config.v1.Config', { listen: [{ port: 8080 }] })).toBe(false);
    expect(strict.validate('polywire.config.v1.Config', { listen: [{ transport: 'ws', port: 65536 }] })).toBe(false);
  });
});
