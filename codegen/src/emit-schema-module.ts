import { createHash } from 'node:crypto';
import { clone, create, type DescFile, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { EmitContext } from './emit-context.js';
import { byCodeUnit, GENERATED_HEADER } from './typescript-file.js';

const HASH_CHARACTERS = 16;

/**
 * Writes `src/schema.ts`: the schema itself, for reflection; and `src/schema-hash.ts`: a hash of it,
 * apart, so that a client bundle can have the hash without the schema.
 */
export function emitSchemaModule(context: EmitContext): void {
  const files = withoutSource(context.allFiles);
  const own = files.filter((file) => !file.name.startsWith('google/protobuf/'));
  context.emitFile(
    'src/schema.ts',
    `${GENERATED_HEADER}

/** The schema's google.protobuf.FileDescriptorSet, every file after those that it imports, in base64. */
export const fileDescriptorSetBase64 =
  '${Buffer.from(encode(files)).toString('base64')}';

export { schemaHash } from './schema-hash.js';
`,
  );
  context.emitFile(
    'src/schema-hash.ts',
    `${GENERATED_HEADER}

/** Changes with everything in the schema but its comments. Compared in Hello. */
export const schemaHash = '${hash(encode(own))}';
`,
  );
}

/** Every file after those that it imports, otherwise in order of names, without source info. */
function withoutSource(files: readonly DescFile[]): FileDescriptorProto[] {
  const found = new Map<string, FileDescriptorProto>();
  const add = (file: DescFile): void => {
    if (found.has(file.name)) return;
    [...file.dependencies].sort((a, b) => byCodeUnit(a.name, b.name)).forEach(add);
    const proto = clone(FileDescriptorProtoSchema, file.proto);
    delete proto.sourceCodeInfo;
    // An image has facts of its own about a file there, which a plugin's request has not.
    delete proto.$unknown;
    found.set(file.name, proto);
  };
  [...files].sort((a, b) => byCodeUnit(a.name, b.name)).forEach(add);
  return [...found.values()];
}

function encode(files: FileDescriptorProto[]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }));
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, HASH_CHARACTERS);
}
