import { create, fromBinary } from '@bufbuild/protobuf';
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runPlugin } from './plugin.js';
import { generate } from './run-codegen.js';
import { SchemaError } from './schema-error.js';
import { buildTexts } from './testing/image-context.js';
import { SchemaFolder } from './testing/schema-folder.js';
import { field, HEAD, mistakes } from './testing/schema-mistakes.js';

let folder: SchemaFolder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

/** What compiling some files says. */
async function complaint(schema: Readonly<Record<string, string>>): Promise<unknown> {
  folder = new SchemaFolder(schema);
  return generate({ schemaDir: folder.schemaDir, outDir: folder.outDir, check: true }).then(
    () => 'no error',
    (error: unknown) => error,
  );
}

/** All mistakes in one image: number 3 is c3/t.proto with the package c3.v1. */
function imageOfMistakes(): FileDescriptorProto[] {
  const texts = mistakes.map(([body], index) => [`c${index}/t.proto`, HEAD.replace('t.v1', `c${index}.v1`) + body]);
  return fromBinary(FileDescriptorSetSchema, buildTexts(Object.fromEntries(texts))).file;
}

describe('a schema error is file:line:column: text', { timeout: 60_000 }, () => {
  let image: FileDescriptorProto[] = [];
  beforeAll(() => {
    image = imageOfMistakes();
  });

  function requestOf(name: string): CodeGeneratorRequest {
    const protoFile = image.filter((file) => file.name === name || !/^c\d+\//.test(file.name));
    return create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate: [name] });
  }

  it.each(mistakes.map(([body, text], index) => [body, text, index] as const))('%s', (_body, text, index) => {
    const name = `c${index}/t.proto`;
    let error: unknown;
    try {
      runPlugin(requestOf(name));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SchemaError);
    expect((error as SchemaError).message).toBe(`${name}:${text.replaceAll('t.v1', `c${index}.v1`)}`);
  });

  it.each([
    [
      'syntax = "proto2";\npackage t.v1;\nmessage M {}\n',
      '1:1: the schema language is proto2; write syntax = "proto3"',
    ],
    ['package t.v1;\nmessage M {}\n', '1:1: the schema language is proto2; write syntax = "proto3"'],
    [
      'edition = "2023";\npackage t.v1;\nmessage M {}\n',
      '1:1: the schema language is editions; write syntax = "proto3"',
    ],
    [
      'syntax = "proto3";\nimport "polywire/options/v1/options.proto";\nservice S { option (polywire.options.v1.service) = {service_id: 1}; }\n',
      '1:1: a file with services needs a package',
    ],
    [
      'syntax = "proto3";\nimport "google/protobuf/descriptor.proto";\nmessage M {\n  google.protobuf.FileDescriptorSet set = 1;\n}\n',
      '4:3: set uses google.protobuf.FileDescriptorSet, which is not proto3; send its bytes instead',
    ],
  ])('in a file of its own: %s', async (schema, text) => {
    expect(await complaint({ 'a/t.proto': schema })).toMatchObject({
      message: `a/t.proto:${text}`,
      code: 'SCHEMA_INVALID',
    });
  });

  it.each(['a"b.proto', "a'b.proto", 'a`b.proto', 'a b.proto', 'a$.proto', 'x.proto.d/t.proto', 'é.proto'])(
    'does not take the path %j',
    async (path) => {
      const error = await complaint({ [path]: 'syntax = "proto3";\npackage t.v1;\nmessage M {}\n' });
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain('the path of a schema file is made of letters');
    },
  );

  it('names what is wrong for programs', async () => {
    const error = await complaint({ 'a.proto': `${HEAD}message M {\n  string a = 1 ${field('width: 1')}; }` });
    expect(error).toMatchObject({
      file: 'a.proto',
      line: 5,
      column: 3,
      text: 'field a has a width, but M is not a layout',
    });
  });
});

describe('errors of the compiler have the same form', { timeout: 60_000 }, () => {
  it.each([
    ['syntax = "proto3";\nmessage M { strin x = 1; }\n', 't.proto:2:13: cannot find `strin` in this scope'],
    ['syntax = "proto3";\nmessage M { string x = 1 }\n', 't.proto:2:26: '],
    ['syntax = "proto3";\nmessage M { string x = 1; string y = 1; }\n', 't.proto:2:'],
    ['syntax = "proto3";\nimport "nothing.proto";\n', 't.proto:2:1: '],
    [`${HEAD}message M { string a = 1 ${field('max_length: 5')}; }`, 't.proto:4:'],
    [`${HEAD}message M { string a = 1 [(polywire.options.v1.fields) = {}]; }`, 't.proto:4:'],
    [`${HEAD}message M { string a = 1 ${field('max_len: "5"')}; }`, 't.proto:4:'],
  ])('%s', async (schema, start) => {
    const error = await complaint({ 't.proto': schema });
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    expect(message.slice(0, start.length)).toBe(start);
    expect(message).toMatch(/^t\.proto:\d+:\d+: \S/);
  });

  it('points at an option that is not known', async () => {
    const line = `message M { string a = 1 ${field('max_length: 5')}; }`;
    const { message } = (await complaint({ 't.proto': HEAD + line })) as Error;
    expect(message).toContain(`t.proto:4:${line.indexOf('max_length') + 1}: `);
    expect(message).toContain('polywire.options.v1.FieldRules');
  });
});
