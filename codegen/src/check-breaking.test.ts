import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatFinding } from './breaking-finding.js';
import { checkBreaking } from './check-breaking.js';
import { buildImage, buildTexts, ownSchemaDir } from './testing/image-context.js';

const base = `syntax = "proto3";
package t.v1;
import "polywire/options/v1/options.proto";
service Kv {
  option (polywire.options.v1.service) = {service_id: 7};
  rpc Get(In) returns (stream In) {
    option (polywire.options.v1.method) = {method_id: 1, idempotent: true, fanout: true};
  }
}
message In {
  string key = 1 [(polywire.options.v1.field) = {min_len: 2, max_len: 10, pattern: "a"}];
  int32 count = 2 [(polywire.options.v1.field) = {range: {min: 1, max: 9}}];
  string free = 3;
}
message Head {
  option (polywire.options.v1.message) = {layout: {}};
  uint32 a = 1 [(polywire.options.v1.field) = {width: 1}];
  uint32 b = 2 [(polywire.options.v1.field) = {width: 2}];
}
message Line {
  option (polywire.options.v1.message) = {text: "L:{a}"};
  string a = 1;
}
message Wrap {
  option (polywire.options.v1.message) = {envelope: {}};
  string a = 1;
  string b = 2;
}
enum Code {
  CODE_UNSPECIFIED = 0;
  CODE_BAD = 1 [(polywire.options.v1.code) = {close_code: 3500, retryable: false, http_status: 400, legacy_status: 401, hint: "x"}];
}
`;
const image = (text: string) => buildTexts({ 't/v1/t.proto': text });

/** A change of the base, as its replaced and its new text. */
type Edit = readonly [from: string, to: string];

/** What is found in each edited copy of the base, with one build for all copies before and one after. */
function findingsOf(edits: readonly Edit[]): string[][] {
  const copies = (textOf: (edit: Edit) => string): Uint8Array =>
    buildTexts(
      Object.fromEntries(
        edits.map((edit, n) => [`t${n}/v1/t.proto`, textOf(edit).replace('package t.v1', `package t${n}.v1`)]),
      ),
    );
  const findings = checkBreaking(
    copies(() => base),
    copies(([from, to]) => base.replace(from, to)),
  );
  return edits.map((_, n) =>
    findings
      .filter((finding) => finding.file === `t${n}/v1/t.proto`)
      .map((finding) => formatFinding(finding).replaceAll(`t${n}`, 't')),
  );
}

describe('checkBreaking', () => {
  const breaking: [from: string, to: string, finding: string][] = [
    [
      'service_id: 7',
      'service_id: 8',
      't/v1/t.proto:4:1: t.v1.Kv: service_id changed from 7 to 8 (POLYWIRE_SERVICE_ID)',
    ],
    [
      '  option (polywire.options.v1.service) = {service_id: 7};\n',
      '',
      't/v1/t.proto:4:1: t.v1.Kv: service_id changed from 7 to none (POLYWIRE_SERVICE_ID)',
    ],
    [
      'method_id: 1',
      'method_id: 2',
      't/v1/t.proto:6:3: t.v1.Kv.Get: method_id changed from 1 to 2 (POLYWIRE_METHOD_ID)',
    ],
    [
      'idempotent: true',
      'idempotent: false',
      't/v1/t.proto:6:3: t.v1.Kv.Get: idempotent changed from true to false (POLYWIRE_METHOD_IDEMPOTENT)',
    ],
    [
      'fanout: true',
      'fanout: false',
      't/v1/t.proto:6:3: t.v1.Kv.Get: fanout changed from true to false (POLYWIRE_METHOD_FANOUT)',
    ],
    [
      'max_len: 10',
      'max_len: 9',
      't/v1/t.proto:11:3: t.v1.In.key: max_len went from 10 down to 9 (POLYWIRE_FIELD_MAX_LEN)',
    ],
    [
      'string free = 3',
      'string free = 3 [(polywire.options.v1.field) = {max_len: 0}]',
      't/v1/t.proto:13:3: t.v1.In.free: max_len went from no limit down to 0 (POLYWIRE_FIELD_MAX_LEN)',
    ],
    [
      'min_len: 2',
      'min_len: 3',
      't/v1/t.proto:11:3: t.v1.In.key: min_len went from 2 up to 3 (POLYWIRE_FIELD_MIN_LEN)',
    ],
    [
      'pattern: "a"',
      'pattern: "b"',
      't/v1/t.proto:11:3: t.v1.In.key: pattern changed from a to b (POLYWIRE_FIELD_PATTERN)',
    ],
    [
      'string free = 3',
      'string free = 3 [(polywire.options.v1.field) = {pattern: "c"}]',
      't/v1/t.proto:13:3: t.v1.In.free: pattern is new: c (POLYWIRE_FIELD_PATTERN)',
    ],
    ['min: 1', 'min: 2', 't/v1/t.proto:12:3: t.v1.In.count: range.min went from 1 up to 2 (POLYWIRE_FIELD_RANGE)'],
    ['max: 9', 'max: 8', 't/v1/t.proto:12:3: t.v1.In.count: range.max went from 9 down to 8 (POLYWIRE_FIELD_RANGE)'],
    ['width: 2', 'width: 4', 't/v1/t.proto:18:3: t.v1.Head.b: width changed from 2 to 4 (POLYWIRE_LAYOUT_WIDTH)'],
    [
      '  uint32 b = 2 [(polywire.options.v1.field) = {width: 2}];\n',
      '',
      `t/v1/t.proto:15:1: t.v1.Head: the layout's fields were "a, b" and are "a" (POLYWIRE_LAYOUT_ORDER)`,
    ],
    ['layout: {}', 'text: "{a}"', 't/v1/t.proto:15:1: t.v1.Head: the layout form became a text form (POLYWIRE_LAYOUT)'],
    [
      'text: "L:{a}"',
      'text: "l:{a}"',
      't/v1/t.proto:20:1: t.v1.Line: the text grammar changed from "L:{a}" to "l:{a}" (POLYWIRE_TEXT)',
    ],
    [
      '  option (polywire.options.v1.message) = {text: "L:{a}"};\n',
      '',
      't/v1/t.proto:20:1: t.v1.Line: the text form was removed (POLYWIRE_TEXT)',
    ],
    [
      '  option (polywire.options.v1.message) = {envelope: {}};\n',
      '',
      't/v1/t.proto:24:1: t.v1.Wrap: the envelope form was removed (POLYWIRE_ENVELOPE)',
    ],
    [
      '  string a = 1;\n  string b = 2;\n',
      '  string b = 2;\n  string a = 1;\n',
      `t/v1/t.proto:24:1: t.v1.Wrap: the envelope's members were in the order "a, b" and are in the order "b, a" (POLYWIRE_ENVELOPE_ORDER)`,
    ],
    [
      'close_code: 3500',
      'close_code: 3000',
      't/v1/t.proto:31:3: CODE_BAD: close_code changed from 3500 to 3000 (POLYWIRE_CODE_CLOSE_CODE)',
    ],
    [
      'retryable: false',
      'retryable: true',
      't/v1/t.proto:31:3: CODE_BAD: retryable changed from false to true (POLYWIRE_CODE_RETRYABLE)',
    ],
    [
      'http_status: 400',
      'http_status: 404',
      't/v1/t.proto:31:3: CODE_BAD: http_status changed from 400 to 404 (POLYWIRE_CODE_HTTP_STATUS)',
    ],
    [
      'legacy_status: 401',
      'legacy_status: 500',
      't/v1/t.proto:31:3: CODE_BAD: legacy_status changed from 401 to 500 (POLYWIRE_CODE_LEGACY_STATUS)',
    ],
  ];
  describe('finds', () => {
    let found: string[][];
    beforeAll(() => {
      found = findingsOf(breaking.map(([from, to]) => [from, to]));
    });
    it.each(breaking.map(([from, to, finding], n) => ({ from, to, finding, n })))(
      '$from to $to',
      ({ from, finding, n }) => {
        expect(base).toContain(from);
        expect(found[n]).toEqual([finding]);
      },
    );
  });

  const harmless: [name: string, from: string, to: string][] = [
    ['nothing', 'syntax', 'syntax'],
    ['a wider limit', 'max_len: 10', 'max_len: 11'],
    ['a lower minimum', 'min_len: 2', 'min_len: 1'],
    ['no pattern', ', pattern: "a"', ''],
    ['a wider range', 'min: 1, max: 9', 'min: 0, max: 10'],
    ['another hint', 'hint: "x"', 'hint: "y"'],
    ['a new form', 'message In {', 'message In {\n  option (polywire.options.v1.message) = {envelope: {}};'],
    ['a new envelope member', 'string b = 2;', 'string b = 2;\n  string c = 3;'],
    ['a minimum of no items', 'string free = 3', 'string free = 3 [(polywire.options.v1.field) = {min_len: 0}]'],
    [
      'a meaning for a code that had none',
      'CODE_UNSPECIFIED = 0',
      'CODE_UNSPECIFIED = 0 [(polywire.options.v1.code) = {close_code: 3000}]',
    ],
    ['a removed message, which buf finds', 'message Line', 'message OtherLine'],
  ];
  describe('finds nothing in', () => {
    let found: string[][];
    beforeAll(() => {
      found = findingsOf(harmless.map(([, from, to]) => [from, to]));
    });
    it.each(harmless.map(([name, from], n) => ({ name, from, n })))('$name', ({ from, n }) => {
      expect(base).toContain(from);
      expect(found[n]).toEqual([]);
    });
  });

  it('finds fields of a layout that change places', () => {
    const fields = [
      '  uint32 a = 1 [(polywire.options.v1.field) = {width: 1}];\n',
      '  uint32 b = 2 [(polywire.options.v1.field) = {width: 2}];\n',
    ];
    const swapped = base.replace(fields.join(''), fields.reverse().join(''));
    expect(checkBreaking(image(base), image(swapped)).map((finding) => finding.rule)).toEqual([
      'POLYWIRE_LAYOUT_ORDER',
    ]);
  });

  it('gives the file alone when the new image has no source info', () => {
    const set = fromBinary(FileDescriptorSetSchema, image(base.replace('service_id: 7', 'service_id: 8')));
    for (const file of set.file) delete file.sourceCodeInfo;
    const bare = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: set.file }));
    expect(checkBreaking(image(base), bare).map(formatFinding)).toEqual([
      't/v1/t.proto: t.v1.Kv: service_id changed from 7 to 8 (POLYWIRE_SERVICE_ID)',
    ]);
  });

  it('finds nothing between our own schema and itself', () => {
    const own = buildImage(ownSchemaDir);
    expect(checkBreaking(own, own)).toEqual([]);
  });
});
