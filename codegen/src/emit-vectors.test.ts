import { type DescMessage, fromBinary, fromJsonString } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitVectors } from './emit-vectors.js';
import { jsonText } from './json-text.js';
import { buildImage, buildTexts, type ImageContext, imageContext, ownSchemaDir } from './testing/image-context.js';
import type { Vector } from './vector.js';
import { VectorOracle } from './vector-oracle.js';

const proto = `
syntax = "proto3";
package t.v1;
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/any.proto";
import "google/protobuf/wrappers.proto";
import "polywire/options/v1/options.proto";
enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; COLOR_BLUE = 7; }
message All {
  int32 i32 = 1;
  sint32 s32 = 2;
  fixed32 f32 = 3;
  int64 i64 = 4;
  uint64 safe = 5 [jstype = JS_NUMBER];
  sfixed64 sf64 = 6;
  float f = 7;
  double d = 8;
  bool flag = 9;
  string s = 10;
  bytes b = 11;
  Color color = 12;
  All child = 13;
  oneof choice { string left = 14; All right = 15; }
  repeated sint64 numbers = 16;
  repeated double loose = 17 [packed = false];
  repeated string names = 18;
  repeated All children = 19;
  map<string, All> by_name = 20;
  map<int64, bytes> by_number = 21;
  map<bool, Color> by_flag = 22;
  google.protobuf.Struct struct = 23;
  google.protobuf.Timestamp at = 24;
  google.protobuf.Any any = 25;
  google.protobuf.DoubleValue wrapped = 26;
  optional double maybe = 27;
}
message Head {
  option (polywire.options.v1.message) = {layout: {}};
  int32 signed = 1 [(polywire.options.v1.field) = {width: 2}];
  Color color = 2 [(polywire.options.v1.field) = {width: 1}];
  bool flag = 3 [(polywire.options.v1.field) = {width: 1}];
  uint64 big = 4 [jstype = JS_NUMBER, (polywire.options.v1.field) = {width: 8}];
}
message Line {
  option (polywire.options.v1.message) = {text: "LINE {name} = {value}"};
  string name = 1;
  string value = 2;
}
message Wrap {
  option (polywire.options.v1.message) = {envelope: {}};
  string zeta = 2;
  string alpha = 1;
}
`;

const wellKnownTypes =
  'Any BoolValue BytesValue DoubleValue Duration Empty FieldMask FloatValue Int32Value Int64Value ListValue NullValue StringValue Struct Timestamp UInt32Value UInt64Value Value'.split(
    ' ',
  );
const wellKnown = `
syntax = "proto3";
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
message Wide {
  ${wellKnownTypes
    .map(
      (type, n) => `google.protobuf.${type} a${n} = ${4 * n + 1};
        repeated google.protobuf.${type} b${n} = ${4 * n + 2};
        map<string, google.protobuf.${type}> c${n} = ${4 * n + 3};`,
    )
    .join('\n')}
  oneof choice { ${wellKnownTypes.map((type, n) => `google.protobuf.${type} d${n} = ${4 * n + 4};`).join('\n')} }
}
enum Alias { option allow_alias = true; ZERO = 0; ONE = 1; UNO = 1; NEGATIVE = -5; }
message Odd {
  message Inner { map<fixed64, Odd> odd = 1; }
  string __proto__ = 1;
  Inner constructor = 2;
  repeated Alias alias = 15;
  repeated float floats = 16;
  map<bool, sfixed32> flags = 17;
  int32 highest = 536870911;
}
`;

function vectorsIn(context: ImageContext): Vector[] {
  return [...context.emitted.values()].flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line));
}

// What @bufbuild/protobuf accepts although it is malformed: it bounds no nested length by its parent,
// and passes over a varint of any length.
const oracleIsLenient =
  /(\/length-past-the-parent|\/packed-past-its-end|\/packed-in-part|^unknown-varint-of-11-bytes)$/;

describe.each([
  ['a schema of every kind', () => buildTexts({ 't/v1/t.proto': proto })],
  ['well-known types and odd names, without a package', () => buildTexts({ 'w.proto': wellKnown })],
  ['our own schema', () => buildImage(ownSchemaDir)],
])('emitVectors for %s', (_, build) => {
  let context: ImageContext;
  let vectors: Vector[];
  let image: Uint8Array;

  beforeAll(() => {
    image = build();
    context = imageContext(image);
    emitVectors(context);
    vectors = vectorsIn(context);
  });

  it('gives every vector a name of its own', () => {
    const names = vectors.map((vector) => `${vector.type} ${vector.form} ${vector.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const vector of vectors) expect(vector.name).toMatch(/^[\w./:+-]+$/u);
  });

  it('is the same every time', () => {
    const again = imageContext(image);
    emitVectors(again);
    expect([...again.emitted]).toEqual([...context.emitted]);
  });

  it('decodes, and encodes what is canonical, with an encoder of other making', () => {
    for (const vector of vectors.filter((candidate) => candidate.form === 'protobuf' && candidate.json !== undefined)) {
      const oracle = new VectorOracle(context.message(vector.type));
      const bytes = [...Buffer.from(vector.hex, 'hex')];
      expect([vector.name, oracle.decode(bytes)]).toEqual([vector.name, vector.json]);
      const encoded = Buffer.from(oracle.encode(JSON.parse(vector.json ?? ''))).toString('hex');
      expect([vector.name, encoded === vector.hex || vector.canonical !== true]).toEqual([vector.name, true]);
    }
  });

  it('has rejects that the other decoder refuses as well, but for its known holes', () => {
    const rejects = vectors.filter((vector) => vector.form === 'protobuf' && vector.error !== undefined);
    const accepted = rejects.filter((vector) => accepts(context.message(vector.type), vector.hex));
    expect(accepted.map((vector) => vector.name).filter((name) => !oracleIsLenient.test(name))).toEqual([]);
    expect(rejects.length).toBeGreaterThan(100);
  });
});

function accepts(desc: DescMessage, hex: string): boolean {
  try {
    fromBinary(desc, Buffer.from(hex, 'hex'));
    return true;
  } catch {
    return false;
  }
}

describe('emitVectors', () => {
  let byName: (form: Vector['form'], type: string, name: string) => Vector | undefined;
  let own: ImageContext;

  beforeAll(() => {
    const context = imageContext(buildTexts({ 't/v1/t.proto': proto }));
    emitVectors(context);
    const vectors = vectorsIn(context);
    byName = (form, type, name) =>
      vectors.find((vector) => vector.form === form && vector.type === `t.v1.${type}` && vector.name === name);
    own = imageContext(buildImage(ownSchemaDir));
    emitVectors(own);
  });

  it.each([
    ['empty', '', '{}', true],
    ['i32/min', '0880808080f8ffffffff01', '{"i32":-2147483648}', true],
    ['s32/minus-one', '1001', '{"s32":-1}', true],
    ['i64/max', '20ffffffffffffffff7f', '{"i64":"9223372036854775807"}', true],
    ['safe/max', '28ffffffffffffff0f', '{"safe":"9007199254740991"}', true],
    ['d/minus-zero', '410000000000000080', '{"d":-0}', true],
    ['d/nan', '41000000000000f87f', '{"d":"NaN"}', true],
    ['f/minus-infinity', '3d000080ff', '{"f":"-Infinity"}', true],
    ['maybe/zero', 'd9010000000000000000', '{"maybe":0}', true],
    ['color/unknown', '60ffffffff07', '{"color":2147483647}', true],
    ['color/explicit-default', '6000', '{}', undefined],
    ['i32/cut-to-32-bits', '088180808010', '{"i32":1}', undefined],
    ['i32/five-bytes', '08ffffffff0f', '{"i32":-1}', undefined],
    ['flag/high-bits', '48808080808020', '{"flag":true}', undefined],
    ['s/not-shortest-length', '52810061', '{"s":"a"}', undefined],
    ['numbers/empty-packed', '820100', '{}', undefined],
    ['by_flag/no-key', 'b201021001', '{"byFlag":{"false":"COLOR_RED"}}', undefined],
    ['by_flag/empty-entry', 'b20100', '{"byFlag":{"false":"COLOR_UNSPECIFIED"}}', undefined],
  ])('All: %s', (name, hex, json, canonical) => {
    const vector = byName('protobuf', 'All', name);
    expect([vector?.hex, vector?.json, vector?.canonical]).toEqual([hex, json, canonical]);
  });

  it('lets the last member of a oneof win, and merges a message that comes twice', () => {
    const last = JSON.parse(byName('protobuf', 'All', 'choice/right-then-left')?.json ?? '');
    expect(last).toEqual({ left: 'a' });
    const merged = JSON.parse(byName('protobuf', 'All', 'child/merged')?.json ?? '');
    expect(merged.child).toMatchObject({ i32: 1, s: 'a', names: ['a'] });
  });

  it('has map keys that a plain object knows already', () => {
    expect(byName('protobuf', 'All', 'by_name/key-proto')?.json).toMatch(/^{"byName":{"__proto__":{/);
    expect(byName('protobuf', 'All', 'struct/proto-key')?.json).toBe('{"struct":{"__proto__":1}}');
  });

  it.each([
    ['s/lone-byte', '520261ff', 'ERROR_CODE_INVALID_UTF8'],
    ['child/length-past-the-parent', undefined, 'ERROR_CODE_MALFORMED_MESSAGE'],
    ['numbers/packed-past-its-end', undefined, 'ERROR_CODE_MALFORMED_MESSAGE'],
    ['child/too-deep', undefined, 'ERROR_CODE_MALFORMED_MESSAGE'],
    ['zero-tag', '0000', 'ERROR_CODE_MALFORMED_MESSAGE'],
  ])('All refuses %s', (name, hex, error) => {
    const vector = byName('protobuf', 'All', name);
    expect(vector).toMatchObject(hex === undefined ? { error } : { hex, error });
    expect(vector?.json).toBeUndefined();
  });

  it.each([
    ['layout', 'Head', 'signed/min', '800000000000000000000000', '{"signed":-32768}'],
    ['layout', 'Head', 'all-different', '000102010000000000000004', '{"signed":1,"color":2,"flag":true,"big":"4"}'],
    ['layout', 'Head', 'big/max', '00000000001fffffffffffff', '{"big":"9007199254740991"}'],
    ['layout', 'Head', 'truncated-at-11', '0101010101010101010101', undefined],
    ['text', 'Line', 'typical', hexOf('LINE a = a'), '{"name":"a","value":"a"}'],
    ['text', 'Line', 'value/literals', hexOf('LINE a = LINE a = a'), '{"name":"a","value":"LINE a = a"}'],
    ['text', 'Line', 'name/literals', undefined, undefined],
    ['text', 'Line', 'name/empty', hexOf('LINE  = a'), '{"value":"a"}'],
    ['text', 'Line', 'other-case', hexOf('line a = a'), undefined],
    ['text', 'Line', 'without-literal-2', hexOf('LINE aa'), undefined],
    ['envelope', 'Wrap', 'typical', hexOf('{"zeta":"a","alpha":"a"}'), '{"alpha":"a","zeta":"a"}'],
    ['envelope', 'Wrap', 'other-order', hexOf('{"alpha":"a","zeta":"a"}'), '{"alpha":"a","zeta":"a"}'],
    ['envelope', 'Wrap', 'zeta/missing', hexOf('{"alpha":"a"}'), undefined],
    ['envelope', 'Wrap', 'truncated-at-3', hexOf('{"z'), undefined],
  ] as const)('%s %s %s', (form, type, name, hex, json) => {
    expect(byName(form, type, name)?.hex).toBe(hex);
    expect(byName(form, type, name)?.json).toBe(json);
  });

  it('truncates a full message everywhere but between two fields', () => {
    const cutsOf = (typeName: string) =>
      vectorsIn(own)
        .filter(({ type, name }) => type === typeName && name.startsWith('truncated-at-'))
        .map(({ hex }) => hex);
    expect(cutsOf('polywire.kv.v1.GetRequest')).toEqual(['0a', '0a01']);
    // bool acquired = 1 and uint64 fencing_token = 2: 08 01 10 01.
    expect(cutsOf('polywire.io.v1.LockResponse')).toEqual(['08', '080110']);
  });

  it('is made of lines that are Vector messages, and stays small', () => {
    const schema = own.message('polywire.conformance.v1.Vector');
    for (const vector of vectorsIn(own)) fromJsonString(schema, JSON.stringify(vector), { ignoreUnknownFields: false });
    const forms = new Set(vectorsIn(own).map((vector) => vector.form));
    expect(forms).toEqual(new Set(['protobuf', 'layout', 'text', 'envelope']));
    const bytes = [...own.emitted.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeLessThan(2_000_000);
    expect([...own.emitted.keys()]).toContain('vectors/polywire.kv.v1.jsonl');
  });
});

describe('jsonText', () => {
  it.each([
    [-0, '-0'],
    [[0, -0, { a: -0 }], '[0,-0,{"a":-0}]'],
    [{ 'a"': null }, '{"a\\"":null}'],
  ])('%j', (value, text) => {
    expect(jsonText(value)).toBe(text);
  });
});

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}
