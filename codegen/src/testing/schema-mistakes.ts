/** Begins a schema whose own text begins in line 4. */
export const HEAD = 'syntax = "proto3";\npackage t.v1;\nimport "polywire/options/v1/options.proto";\n';
/** Options, as a schema spells them. */
export const field = (rules: string): string => `[(polywire.options.v1.field) = {${rules}}]`;
export const form = (text: string): string => `option (polywire.options.v1.message) = {${text}};`;
export const service = (id: string): string => `option (polywire.options.v1.service) = {service_id: ${id}};`;
export const method = (rules: string): string => `{ option (polywire.options.v1.method) = {${rules}}; }`;
export const code = (rules: string): string => `[(polywire.options.v1.code) = {${rules}}]`;

/** Schemas that are right but for one thing, and what is said of it behind the file's name. */
export const mistakes: readonly (readonly [body: string, text: string])[] = [
  // Services and methods.
  [
    'service S { }',
    '4:1: service S needs an id of 1 to 255 by option (polywire.options.v1.service) = {service_id: N}; it has none',
  ],
  [
    `service S { ${service('0')} }`,
    '4:1: service S needs an id of 1 to 255 by option (polywire.options.v1.service) = {service_id: N}; it has none',
  ],
  [
    `service S { ${service('256')} }`,
    '4:1: service S needs an id of 1 to 255 by option (polywire.options.v1.service) = {service_id: N}; it has 256',
  ],
  [
    `service A { ${service('7')} }\n  service B { ${service('7')} }`,
    '5:3: service B has the id 7 of t.v1.A; ids are unique',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(M) returns (M);\n}`,
    '6:3: method Do needs an id of 1 to 127 by option (polywire.options.v1.method) = {method_id: N}; it has none',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(M) returns (M) ${method('method_id: 128')}\n}`,
    '6:3: method Do needs an id of 1 to 127 by option (polywire.options.v1.method) = {method_id: N}; it has 128',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(M) returns (M) ${method('method_id: 1')}\n  rpc Be(M) returns (M) ${method('method_id: 1')}\n}`,
    '7:3: method Be has the id 1 of Do; ids are unique in a service',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(M) returns (M) ${method('method_id: 1 fanout: true')}\n}`,
    '6:3: method Do has fanout, which only a stream of responses can have',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(stream M) returns (stream M) ${method('method_id: 1 fanout: true')}\n}`,
    '6:3: method Do has fanout, which only a stream of responses can have',
  ],
  // Layouts.
  [`message M { ${form('layout: {}')} }`, '4:1: the layout M needs a field'],
  [
    `message M { ${form('layout: {}')}\n  uint32 a = 1;\n}`,
    '5:3: field a of a layout needs a width of 1, 2, 4 or 8 bytes',
  ],
  [
    `message M { ${form('layout: {}')}\n  uint32 a = 1 ${field('width: 3')};\n}`,
    '5:3: field a of a layout needs a width of 1, 2, 4 or 8 bytes',
  ],
  [
    `message M { ${form('layout: {}')}\n  uint32 a = 1 ${field('width: 8')};\n}`,
    '5:3: field a of a layout with width 8 must be a uint64 without jstype, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')}\n  uint64 a = 1 [jstype = JS_NUMBER, (polywire.options.v1.field) = {width: 8}];\n}`,
    '5:3: field a of a layout with width 8 must be a uint64 without jstype, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')}\n  string a = 1 ${field('width: 4')};\n}`,
    '5:3: field a of a layout with width 4 must be a uint32 or an enum, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')}\n  repeated uint32 a = 1 ${field('width: 4')};\n}`,
    '5:3: field a of a layout with width 4 must be a uint32 or an enum, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')}\n  map<string, uint32> a = 1 ${field('width: 4')};\n}`,
    '5:3: field a of a layout with width 4 must be a uint32 or an enum, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')}\n  optional uint32 a = 1 ${field('width: 4')};\n}`,
    '5:3: field a of a layout with width 4 must be a uint32 or an enum, not repeated, not optional and in no oneof',
  ],
  [
    `message M { ${form('layout: {}')} oneof o {\n  uint32 a = 1 ${field('width: 4')};\n} }`,
    '5:3: field a of a layout with width 4 must be a uint32 or an enum, not repeated, not optional and in no oneof',
  ],
  [
    `enum E { E_A = 0; E_B = 256; }\nmessage M { ${form('layout: {}')}\n  E a = 1 ${field('width: 1')};\n}`,
    '6:3: field a of a layout has width 1, too narrow for E_B',
  ],
  [
    `enum E { E_A = 0; E_B = -1; }\nmessage M { ${form('layout: {}')}\n  E a = 1 ${field('width: 4')};\n}`,
    '6:3: field a of a layout has width 4, too narrow for E_B',
  ],
  // Text grammars.
  [`message M { ${form('text: "SAY"')} }`, '4:1: the text grammar of M is broken: it has no {place}'],
  [
    `message M { ${form('text: "{a}{b}"')} string a = 1; string b = 2; }`,
    '4:1: the text grammar of M is broken: two places need a text between them',
  ],
  [
    `message M { ${form('text: "{a}:{a}"')} string a = 1; }`,
    '4:1: the text grammar of M is broken: it names a place twice',
  ],
  [`message M { ${form('text: "{a"')} string a = 1; }`, '4:1: the text grammar of M is broken: a brace has no partner'],
  [
    `message M { ${form('text: "{b}"')} string a = 1; }`,
    '4:1: the text grammar of M names {b}, but there is no such field',
  ],
  [
    `message M { ${form('text: "{a}"')} string a = 1;\n  string b = 2; }`,
    '5:3: field b has no place in the text grammar of M',
  ],
  [
    `message M { ${form('text: "{a}"')}\n  uint32 a = 1; }`,
    '5:3: field a is a place of a text grammar and must be a string, not optional and in no oneof',
  ],
  [
    `message M { ${form('text: "{a}"')}\n  optional string a = 1; }`,
    '5:3: field a is a place of a text grammar and must be a string, not optional and in no oneof',
  ],
  // Envelopes.
  [`message M { ${form('envelope: {}')} }`, '4:1: the envelope M needs a field'],
  [
    `message M { ${form('envelope: {}')}\n  bool a = 1; }`,
    '5:3: field a of an envelope must be a string, not optional and in no oneof',
  ],
  [
    `message M { ${form('envelope: {}')}\n  repeated string a = 1; }`,
    '5:3: field a of an envelope must be a string, not optional and in no oneof',
  ],
  [
    `message M { ${form('envelope: {}')}\n  optional string a = 1; }`,
    '5:3: field a of an envelope must be a string, not optional and in no oneof',
  ],
  // Rules of fields.
  [`message M {\n  string a = 1 ${field('width: 1')}; }`, '5:3: field a has a width, but M is not a layout'],
  [
    'message M {\n  uint64 a = 1 [jstype = JS_STRING]; }',
    '5:3: field a has jstype = JS_STRING; only JS_NUMBER is known, and bigint without it',
  ],
  [
    `message M {\n  string a = 1 ${field('pattern: "("')}; }`,
    '5:3: the pattern of field a is not a regular expression',
  ],
  [
    `message M {\n  string a = 1 ${field('pattern: "a)|(b"')}; }`,
    '5:3: the pattern of field a is not a regular expression',
  ],
  [
    `message M {\n  bytes a = 1 ${field('pattern: "a"')}; }`,
    '5:3: field a has a pattern, which strings and lists and maps of them can have',
  ],
  [
    `message M {\n  uint32 a = 1 ${field('max_len: 4')}; }`,
    '5:3: field a has max_len or min_len, which strings, bytes, lists and maps can have',
  ],
  [
    `message M {\n  M a = 1 ${field('min_len: 4')}; }`,
    '5:3: field a has max_len or min_len, which strings, bytes, lists and maps can have',
  ],
  [
    `message M {\n  string a = 1 ${field('min_len: 5 max_len: 4')}; }`,
    '5:3: field a has min_len 5 and max_len 4: nothing fits',
  ],
  [
    `message M {\n  string a = 1 ${field('range: {min: 1}')}; }`,
    '5:3: field a has a range, which numbers and lists and maps of them can have',
  ],
  [
    `enum E { E_A = 0; }\nmessage M {\n  E a = 1 ${field('range: {min: 1}')}; }`,
    '6:3: field a has a range, which numbers and lists and maps of them can have',
  ],
  [
    `message M {\n  bool a = 1 ${field('range: {min: 1}')}; }`,
    '5:3: field a has a range, which numbers and lists and maps of them can have',
  ],
  [
    `message M {\n  int32 a = 1 ${field('range: {min: 1 max: 0}')}; }`,
    '5:3: field a has a range from 1 to 0: nothing fits',
  ],
  // Error codes.
  [
    `enum E { E_OK = 0;\n  E_A = 1 ${code('close_code: 2999')}; }`,
    '5:3: close_code of E_A is 2999; it must be 3000 to 3999',
  ],
  [
    `enum E { E_OK = 0;\n  E_A = 1 ${code('close_code: 4000')}; }`,
    '5:3: close_code of E_A is 4000; it must be 3000 to 3999',
  ],
  [
    `enum E { E_OK = 0; E_A = 1 ${code('close_code: 3000')};\n  E_B = 2; }`,
    '5:3: E_B is an error code and needs the option (polywire.options.v1.code)',
  ],
  [`enum E { E_OK = 0;\n  E_A = -1 ${code('close_code: 3000')}; }`, '5:3: E_A is -1; error codes are above 0'],
  [
    `enum E { E_OK = 0; E_A = 1 ${code('close_code: 3000')}; }\nenum F { F_OK = 0; F_A = 1 ${code('close_code: 3000')}; }`,
    '5:1: t.v1.F has error codes, but t.v1.E is the table of error codes already',
  ],
  // Names.
  [
    'message Foo {}\nmessage FooInit {}',
    '5:1: the output would hold the name FooInit twice in one package: message t.v1.Foo has it already',
  ],
  [
    'message Foo {}\nenum FooCodec { FOO_CODEC_A = 0; }',
    '5:1: the output would hold the name FooCodec twice in one package: message t.v1.Foo has it already',
  ],
  [
    'message FooBar {}\nmessage Foo_Bar {}',
    '5:1: the output would hold the name FooBar twice in one package: message t.v1.FooBar has it already',
  ],
  [
    `message ChatClient {}\nservice Chat { ${service('7')} }`,
    '5:1: the output would hold the name ChatClient twice in one package: message t.v1.ChatClient has it already',
  ],
  [
    `message Foo { ${form('text: "{a}"')} string a = 1; }\nmessage FooText {}`,
    '5:1: the output would hold the name FooText twice in one package: message t.v1.Foo has it already',
  ],
  [
    `message Foo { ${form('envelope: {}')} string a = 1; }\nenum FooJson { FOO_JSON_A = 0; }`,
    '5:1: the output would hold the name FooJson twice in one package: message t.v1.Foo has it already',
  ],
  [
    `message Foo { ${form('layout: {}')} uint32 a = 1 ${field('width: 1')}; }\nmessage readFoo {}`,
    '5:1: the output would hold the name readFoo twice in one package: message t.v1.Foo has it already',
  ],
  ['message Map {}', '4:1: message t.v1.Map cannot be called Map in TypeScript; rename it'],
  ['message default {}', '4:1: message t.v1.default cannot be called default in TypeScript; rename it'],
  ['message string {}', '4:1: message t.v1.string cannot be called string in TypeScript; rename it'],
  ['enum class { CLASS_A = 0; }', '4:1: enum t.v1.class cannot be called class in TypeScript; rename it'],
  [
    'enum E { E_A = 0;\n  E_delete = 1; }',
    '5:3: enum value t.v1.E.E_delete cannot be called delete in TypeScript; rename it',
  ],
  [
    'enum E { E_A = 0;\n  E___proto__ = 1; }',
    '5:3: enum value t.v1.E.E___proto__ cannot be called __proto__; rename it',
  ],
  ['enum E { E_A = 0;\n  E_ = 1; }', '5:3: enum value t.v1.E.E_ has no name but that of its enum; rename it'],
  [`service new { ${service('7')} }`, '4:1: service t.v1.new cannot be called new in TypeScript; rename it'],
  ['message M { string case_a = 1;\n  oneof caseA { string b = 2; } }', '5:3: M would have the property caseA twice'],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Do(M) returns (M) ${method('method_id: 1')}\n  rpc do(M) returns (M) ${method('method_id: 2')}\n}`,
    '7:3: methods Do and do would both be called do',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Then(M) returns (M) ${method('method_id: 1')}\n}`,
    '6:3: method Then cannot be called then: JavaScript takes what has it for a promise',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc _1(M) returns (M) ${method('method_id: 1')}\n}`,
    '6:3: method _1 would be called 1; begin its name with a letter',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc _(M) returns (M) ${method('method_id: 1')}\n}`,
    "6:3: method _ would be called ''; begin its name with a letter",
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc hasOwnProperty(M) returns (M) ${method('method_id: 1')}\n}`,
    '6:3: method hasOwnProperty cannot be called hasOwnProperty: every JavaScript object has that',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc Constructor(M) returns (M) ${method('method_id: 1')}\n}`,
    '6:3: method Constructor cannot be called constructor: every JavaScript object has that',
  ],
  [
    `message M {}\nservice S { ${service('7')}\n  rpc ToString(M) returns (M) ${method('method_id: 1')}\n}`,
    '6:3: method ToString cannot be called toString: every JavaScript object has that',
  ],
];
