import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from './run-codegen.js';
import { SchemaFolder } from './testing/schema-folder.js';

// Everything in a schema that is free text is written by somebody else. Each attack sets a property
// of the global object when any part of it is run.
const PLANTED = 'planted';
const run = `globalThis.${PLANTED}=1`;

/** Ways out of comments, literals, templates and regular expressions. */
const attacks = [
  `*/ ${run}; /*`,
  `*/\n${run};\n/*`,
  `'; ${run}; '`,
  `"; ${run}; "`,
  `'+(${run})+'`,
  `\`;${run};\``,
  `\${${run}}`,
  `\\'; ${run}; //`,
  `\\\\'; ${run}; //`,
  `\n${run};\n`,
  `\r${run};\r`,
  `\u2028${run};\u2028`,
  `\u2029${run};\u2029`,
  `/;${run};/`,
  `]};${run};({[`,
  `</script><script>${run}</script>`,
  `<!-- ${run} -->`,
  `\u202e${run}`,
  `\u0000${run}`,
];

/** A text as a string literal of the schema language: every byte of it, so that nothing is refused. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  return `"${bytes.join('')}"`;
}

/** A text as a comment: line by line, as \`//\` lets everything through but line ends. */
function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `// ${line.replaceAll('\u0000', '')}\n`)
    .join('');
}

const all = attacks.map(comment).join('');
const field = (rules: string): string => `[(polywire.options.v1.field) = {${rules}}]`;

function schema(): string {
  const patterned = attacks.map((text, index) => {
    const pattern = text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace('\\/', '/');
    return `${comment(text)}  string p${index} = ${index + 1} ${field(`pattern: ${quoted(pattern)} secret: true`)};`;
  });
  const named = attacks.map(
    (text, index) => `  string e${index} = ${index + 1} [json_name = ${quoted(`${index}${text}`)}];`,
  );
  const grammars = attacks.map((text, index) => {
    const literal = text.replaceAll(/[{}]/g, '');
    return `message T${index} { option (polywire.options.v1.message) = {text: ${quoted(`${literal}{a}${literal}{b}`)}}; string a = 1; string b = 2; }`;
  });
  const codes = attacks.map(
    (text, index) =>
      `${comment(text)}  E_C${index} = ${index + 1} [(polywire.options.v1.code) = {close_code: 3000 hint: ${quoted(text)}}];`,
  );
  return `${all}
${all}syntax = "proto3";
${all}
${all}package hostile.v1;
import "polywire/options/v1/options.proto";
import "google/protobuf/struct.proto";

${all}message Patterns {
${patterned.join('\n')}
}
${all}message Envelope { ${all}
  option (polywire.options.v1.message) = {envelope: {}};
${named.join('\n')}
}
${grammars.join('\n')}
${all}enum E { ${all}
  E_ZERO = 0;
${codes.join('\n')}
}
${all}message Names {
  string constructor = 1;
  string __proto__ = 2;
  string toString = 3;
  string then = 4;
  string default = 5;
  string prototype = 6;
  string arguments = 7;
  string eval = 8;
  string await = 9;
  string hasOwnProperty = 10;
  map<string, string> valueOf = 11;
  ${all}oneof __defineGetter__ { ${all}
    string delete = 12;
    Names new = 13;
  }
  optional string undefined = 14;
  repeated google.protobuf.Value globalThis = 15;
}
message constructor { string constructor = 1; }
message __proto__ { string __proto__ = 1; }
message toString { toString toString = 1; }
message then { then then = 1; }
message Object { string a = 1; map<string, bytes> b = 2; }
message Promise { Promise a = 1; repeated bytes b = 2; }
message Error { string a = 1; }
message ByteReader { string a = 1; }
message MessageCodec { ByteReader a = 1; }
message JSON { option (polywire.options.v1.message) = {envelope: {}}; string a = 1; }
message DataView { option (polywire.options.v1.message) = {layout: {}}; uint32 a = 1 ${field('width: 4')}; }
message Holder { enum hasOwnProperty { HAS_OWN_PROPERTY_ZERO = 0; constructor = 1; toString = 2; prototype = 3; } }
${all}service Constructor { ${all}
  option (polywire.options.v1.service) = {service_id: 9};
${['__proto__', 'default', 'delete', 'prototype', 'arguments', 'eval']
  .map(
    (name, index) =>
      `${all}  rpc ${name}(Promise) returns (Object) { ${all} option (polywire.options.v1.method) = {method_id: ${index + 1}}; }`,
  )
  .join('\n')}
}
`;
}

const folder = new SchemaFolder({ 'hostile/v1/hostile.proto': schema() });

beforeAll(async () => {
  await generate({ schemaDir: folder.schemaDir, outDir: folder.outDir });
}, 60_000);
afterAll(() => folder.remove());

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const HIDING = /[\u2028\u2029\u202a-\u202e\u2066-\u2069\u0000\r]/;

const planted = (): unknown => (globalThis as Record<string, unknown>)[PLANTED];

describe('the output of a hostile schema', { timeout: 60_000 }, () => {
  it('compiles', async () => {
    expect(await folder.compile()).toBe('');
  });

  it('runs nothing of it when its modules are loaded and used', async () => {
    const modules = [...folder.files('dist').keys()].filter((path) => path.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(20);
    for (const path of modules) await folder.load(path);
    const api = await folder.load('api/hostile.v1.js');
    const { decode, encode, WireError } = await import('@polywire/protocol/wire');
    for (const value of Object.values(api)) {
      if (typeof value !== 'object' || value === null || !('read' in value && 'write' in value)) continue;
      const codec = value as import('@polywire/protocol/wire').AnyCodec;
      const message = decode(codec, encode(codec, {}));
      try {
        codec.check?.(message);
      } catch (error) {
        expect(WireError.is(error)).toBe(true);
      }
    }
    expect(planted()).toBeUndefined();
  });

  it('would notice', async () => {
    const before = planted();
    await import(/* @vite-ignore */ `data:text/javascript,${run}`);
    const after = planted();
    delete (globalThis as Record<string, unknown>)[PLANTED];
    expect([before, after]).toEqual([undefined, 1]);
  });

  it('has no line ends and bidirectional controls that hide code from a reader', () => {
    for (const [path, text] of folder.files('generated/src')) {
      const ours = !path.startsWith('messages/');
      expect(ours && HIDING.test(text), path).toBe(false);
    }
  });

  it('keeps every text as it is', async () => {
    const { errorTable } = (await folder.load('errors.js')) as { errorTable: Record<number, { hint: string }> };
    expect(attacks.map((_, index) => errorTable[index + 1]?.hint)).toEqual(attacks);
    const api = (await folder.load('api/hostile.v1.js')) as Record<string, never>;
    const envelope = Object.fromEntries(attacks.map((text, index) => [`e${index}`, text]));
    const { EnvelopeJson } = api as unknown as {
      EnvelopeJson: { parse(text: string): object; format(message: object): string };
    };
    const text = EnvelopeJson.format(envelope);
    expect(JSON.parse(text)).toEqual(Object.fromEntries(attacks.map((attack, index) => [`${index}${attack}`, attack])));
    expect(EnvelopeJson.parse(text)).toEqual(envelope);
    for (const index of attacks.keys()) {
      const grammar = (api as unknown as Record<string, { parse(text: string): object; format(m: object): string }>)[
        `T${index}Text`
      ];
      const literal = attacks[index]?.replaceAll(/[{}]/g, '');
      expect(grammar?.format({ a: 'x', b: 'y' })).toBe(`${literal}x${literal}y`);
      expect(grammar?.parse(`${literal}x${literal}y`)).toEqual({ a: 'x', b: 'y' });
    }
  });

  it('checks patterns for what they say', async () => {
    const { PatternsCodec } = (await folder.load('api/hostile.v1.js')) as {
      PatternsCodec: import('@polywire/protocol/wire').AnyCodec;
    };
    const message = Object.fromEntries(attacks.map((text, index) => [`p${index}`, text]));
    expect(() => PatternsCodec.check?.(message)).not.toThrow();
    for (const index of attacks.keys()) {
      expect(() => PatternsCodec.check?.({ ...message, [`p${index}`]: 'x' })).toThrow('does not match');
    }
  });

  it('has messages, methods and fields with the names of what every object has', async () => {
    const api = await folder.load('api/hostile.v1.js');
    const { decode, encode } = await import('@polywire/protocol/wire');
    const { NamesCodec, Constructor } = api as {
      NamesCodec: import('@polywire/protocol/wire').AnyCodec;
      Constructor: import('@polywire/protocol/wire').ServiceDescriptor;
    };
    const empty = decode(NamesCodec, new Uint8Array(0));
    expect(Object.keys(empty).sort()).toEqual(
      'Proto arguments await constructor default defineGetter eval globalThis hasOwnProperty prototype then toString undefined valueOf'
        .split(' ')
        .sort()
        .map((name) => (name === 'defineGetter' ? 'DefineGetter' : name))
        .sort(),
    );
    const init = { constructor: 'a', toString: 'b', default: 'c', valueOf: new Map([['__proto__', 'd']]) };
    expect(decode(NamesCodec, encode(NamesCodec, init))).toEqual({ ...empty, ...init });
    expect(Object.keys(Constructor.methods)).toEqual(['proto', 'default', 'delete', 'prototype', 'arguments', 'eval']);
  });
});
