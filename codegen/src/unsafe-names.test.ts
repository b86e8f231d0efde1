import { afterEach, describe, expect, it } from 'vitest';
import { generate } from './run-codegen.js';
import { SchemaFolder } from './testing/schema-folder.js';

let folder: SchemaFolder | undefined;
afterEach(() => folder?.remove());

const HEAD = 'syntax = "proto3";\npackage t.v1;\nimport "google/protobuf/struct.proto";\n';

describe('names that are legal in a schema and would not compile', () => {
  it.each([
    ['message M { string _1 = 1; }', '4:13: field t.v1.M._1 would be the property 1; begin its name with a letter'],
    ['message M { string _ = 1; }', "4:13: field t.v1.M._ would be the property ''; begin its name with a letter"],
    [
      'message M { oneof _2 { int32 a = 1; } }',
      '4:13: oneof t.v1.M._2 would be the property 2; begin its name with a letter',
    ],
    ['message _1 {}', '4:1: message t.v1._1 cannot be called 1 in TypeScript; rename it'],
    ['enum _3 { A = 0; }', '4:1: enum t.v1._3 cannot be called 3 in TypeScript; rename it'],
    // ts-proto writes Array<any> for a ListValue.
    [
      'message Array { google.protobuf.ListValue a = 1; }',
      '4:1: message t.v1.Array cannot be called Array in TypeScript; rename it',
    ],
  ])('refuses %s', async (body, text) => {
    folder = new SchemaFolder({ 't/v1/t.proto': `${HEAD}${body}\n` });
    const options = { schemaDir: folder.schemaDir, outDir: folder.outDir, check: true };
    await expect(generate(options)).rejects.toThrow(`t/v1/t.proto:${text}`);
  });
});
