import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { emitSchemaModule } from './emit-schema-module.js';
import { buildImage, buildTexts, imageContext, ownSchemaDir } from './testing/image-context.js';

function emit(image: Uint8Array): { source: string; hash: string; set: Uint8Array } {
  const context = imageContext(image);
  emitSchemaModule(context);
  const source = context.emitted.get('src/schema.ts') ?? '';
  return {
    source,
    hash: /schemaHash = '([^']*)'/.exec(context.emitted.get('src/schema-hash.ts') ?? '')?.[1] ?? '',
    set: Buffer.from(/fileDescriptorSetBase64 =\s+'([^']*)'/.exec(source)?.[1] ?? '', 'base64'),
  };
}

const text = (comment: string, field: string) => ({
  't/v1/t.proto': `syntax = "proto3";\n// ${comment}\npackage t.v1;\nmessage A { ${field} } // ${comment}\n`,
});

describe('emitSchemaModule', () => {
  it('holds a set that makes a registry, without source info', () => {
    const { set } = emit(buildImage(ownSchemaDir));
    const files = fromBinary(FileDescriptorSetSchema, set);
    expect(createFileRegistry(files).getService('polywire.kv.v1.KvService')?.methods).toHaveLength(9);
    expect(files.file.filter((file) => file.sourceCodeInfo !== undefined)).toEqual([]);
    expect(files.file.map((file) => file.name)).toContain('google/protobuf/descriptor.proto');
    const position = (name: string) => files.file.findIndex((file) => file.name === name);
    expect(position('polywire/kv/v1/value.proto')).toBeLessThan(position('polywire/admin/v1/admin.proto'));
  });

  it('is the same from an image and from a request to a plugin, which lacks the facts that images add', () => {
    const image = buildTexts(text('one', 'int32 a = 1;'));
    const request = fromBinary(FileDescriptorSetSchema, image);
    expect(request.file.filter((file) => file.$unknown !== undefined)).not.toEqual([]);
    for (const file of request.file) delete file.$unknown;
    expect(emit(toBinary(FileDescriptorSetSchema, request)).source).toBe(emit(image).source);
    expect(emit(toBinary(FileDescriptorSetSchema, request)).hash).toBe(emit(image).hash);
  });

  it('has a hash of 16 characters that comments do not change', () => {
    const first = emit(buildTexts(text('one', 'int32 a = 1;')));
    const second = emit(buildTexts(text('two', 'int32 a = 1;')));
    expect(first.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(second.source).toBe(first.source);
  });

  it.each(['int64 a = 1;', 'int32 b = 1;', 'int32 a = 2;', 'int32 a = 1 [deprecated = true];'])(
    'has another hash for %s',
    (field) => {
      expect(emit(buildTexts(text('one', field))).hash).not.toBe(emit(buildTexts(text('one', 'int32 a = 1;'))).hash);
    },
  );

  it('has another hash when one of our options changes', () => {
    const withMaxLen = (maxLen: number) => ({
      't/v1/t.proto': `syntax = "proto3"; package t.v1; import "polywire/options/v1/options.proto";
        message A { string a = 1 [(polywire.options.v1.field) = {max_len: ${maxLen}}]; }`,
    });
    expect(emit(buildTexts(withMaxLen(1))).hash).not.toBe(emit(buildTexts(withMaxLen(2))).hash);
  });
});
