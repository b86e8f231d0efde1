import { beforeAll, describe, expect, it } from 'vitest';
import { anchor } from './docs-field.js';
import { emitDocs } from './emit-docs.js';
import { enumsOf } from './messages-of.js';
import { buildImage, buildTexts, type ImageContext, imageContext, ownSchemaDir } from './testing/image-context.js';

const proto = `
syntax = "proto3";
// About | <b>this</b>.
package t.v1;
import "google/protobuf/struct.proto";
import "polywire/options/v1/options.proto";
// A *service*.
service Echo {
  option (polywire.options.v1.service) = {service_id: 9};
  // Says | it
  // <again>.
  rpc Say(In) returns (stream Outer.Inner) { option (polywire.options.v1.method) = {method_id: 3, idempotent: true, fanout: true}; }
}
message In {
  string name = 1 [(polywire.options.v1.field) = {min_len: 1, max_len: 1024, pattern: "^(a|\`b)$"}];
  optional uint32 port = 2 [(polywire.options.v1.field) = {range: {min: 0, max: 65535}}];
  repeated In more = 3 [(polywire.options.v1.field) = {max_len: 2}];
  map<string, google.protobuf.Struct> by_name = 4;
  oneof choice { bytes left = 5; bool right = 6; }
  uint64 revision = 8 [jstype = JS_NUMBER];
  string token = 7 [(polywire.options.v1.field) = {secret: true}];
}
message Outer {
  message Inner {}
  Kind kind = 1;
}
message Line { option (polywire.options.v1.message) = {text: "A|{a}"}; string a = 1; }
message Head { option (polywire.options.v1.message) = {layout: {}}; uint32 a = 1 [(polywire.options.v1.field) = {width: 2}]; }
enum Kind {
  KIND_UNSPECIFIED = 0;
  // Gone | wrong.
  KIND_BAD = 4 [(polywire.options.v1.code) = {close_code: 3001, retryable: true, http_status: 503, legacy_status: 500, hint: "Try <again>."}];
}
`;

describe('emitDocs', () => {
  let pages: Map<string, string>;
  let own: ImageContext;

  beforeAll(() => {
    const context = imageContext(buildTexts({ 't/v1/t.proto': proto }));
    emitDocs(context);
    pages = context.emitted;
    own = imageContext(buildImage(ownSchemaDir));
    emitDocs(own);
  });

  it.each([
    'About \\| &lt;b&gt;this&lt;/b&gt;.',
    '### Echo\n\nService id 9.\n\nA \\*service\\*.',
    '| `Say` | 3 | server stream | [In](#in) | [Outer.Inner](#outerinner) | yes | yes | Says \\| it &lt;again&gt;. |',
    '| `name` | 1 | `string` | 1 to 1,024 bytes; matches ``^(a\\|`b)$`` |  |',
    '| `port` | 2 | `uint32` | optional; 0 to 65,535 |  |',
    '| `more` | 3 | repeated [In](#in) | at most 2 items |  |',
    '| `by_name` | 4 | map of `string` to `google.protobuf.Struct` |  |  |',
    '| `left` | 5 | `bytes` | one of `choice` |  |',
    '| `revision` | 8 | `uint64` | at most 2^53 - 1 |  |',
    '| `token` | 7 | `string` | secret: never logged |  |',
    '### Outer.Inner\n\nNo fields.',
    'Text form: `A\\|{a}`.',
    'Fixed layout of 2 bytes, big-endian, fields in this order.',
    '| `a` | 1 | `uint32` | 2 bytes wide |  |',
    '| `KIND_BAD` | 4 | Gone \\| wrong. |',
  ])('the page of a package has: %s', (part) => {
    expect(pages.get('docs/t.v1.md')).toContain(part);
  });

  it('lists the packages', () => {
    expect(pages.get('docs/README.md')).toContain(
      '| [t.v1](t.v1.md) | `Echo` (9) | About \\| &lt;b&gt;this&lt;/b&gt;. |',
    );
    expect(pages.get('docs/README.md')).toContain('(error-codes.md)');
  });

  it('explains error codes', () => {
    expect(pages.get('docs/error-codes.md')).toContain(
      '| 4 | `BAD` | Gone \\| wrong. | Try &lt;again&gt;. | yes | 3001 | 503 | 500 |',
    );
  });

  it('has a page for a schema without a package, and none of error codes where there are none', () => {
    const context = imageContext(buildTexts({ 'a.proto': 'syntax = "proto3"; message A { A a = 1; }' }));
    emitDocs(context);
    expect([...context.emitted.keys()]).toEqual(['docs/default.md', 'docs/README.md']);
    expect(context.emitted.get('docs/default.md')).toContain('| `a` | 1 | [A](#a) |');
    expect(context.emitted.get('docs/README.md')).not.toContain('error-codes');
  });

  it('has every error code of our own schema', () => {
    const codes = enumsOf(own.files).find((desc) => desc.typeName === 'polywire.errors.v1.ErrorCode');
    const page = own.emitted.get('docs/error-codes.md') ?? '';
    const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(listed).toEqual(codes?.values.map((value) => value.number).filter((number) => number !== 0));
  });

  it('has no dead link', () => {
    const headings = new Map(
      [...own.emitted].map(([path, page]) => [
        path,
        [...page.matchAll(/^#+ (.*)$/gm)].map((match) => anchor(match[1] ?? '')),
      ]),
    );
    const links = [...own.emitted].flatMap(([path, page]) =>
      [...page.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)].map(([, target, fragment]) => ({
        page: target === '' ? path : `docs/${target}`,
        fragment,
      })),
    );
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((link) => !headings.has(link.page))).toEqual([]);
    const withFragment = links.filter((link) => link.fragment !== undefined);
    expect(withFragment.filter((link) => !headings.get(link.page)?.includes(link.fragment ?? ''))).toEqual([]);
  });

  it('keeps every table in shape: rows have as many cells as their head', () => {
    for (const [path, page] of [...own.emitted, ...pages]) {
      for (const table of page.match(/(^\|.*\n)+/gm) ?? []) {
        const widths = table
          .trimEnd()
          .split('\n')
          .map((row) => row.replaceAll('\\|', '').split('|').length);
        expect([path, new Set(widths).size]).toEqual([path, 1]);
      }
    }
  });
});
