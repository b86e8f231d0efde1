import { create, createFileRegistry, type DescFile, type DescMessage } from '@bufbuild/protobuf';
import {
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { checkSchema } from './check-schema.js';
import { emitApi } from './emit-api.js';
import { emitCodecs } from './emit-codecs.js';
import type { EmitContext, EmitOptions } from './emit-context.js';
import { emitDocs } from './emit-docs.js';
import { emitEnums } from './emit-enums.js';
import { emitEnvelopes } from './emit-envelopes.js';
import { emitErrors } from './emit-errors.js';
import { emitJsonSchema } from './emit-json-schema.js';
import { emitLayouts } from './emit-layouts.js';
import { emitMethodIds } from './emit-method-ids.js';
import { emitSchemaModule } from './emit-schema-module.js';
import { emitServices } from './emit-services.js';
import { emitTables } from './emit-tables.js';
import { emitText } from './emit-text.js';
import { emitValidators } from './emit-validators.js';
import { emitVectors } from './emit-vectors.js';
import { withoutHidden } from './literal.js';
import { messagesOf } from './messages-of.js';
import { readRules } from './rules.js';
import { schemaError } from './schema-error.js';
import { byCodeUnit, TypeScriptFile } from './typescript-file.js';

const OPTIONS_FILE = 'polywire/options/v1/options.proto';
const OWN_RUNTIME = './src/wire/index.js';
const PUBLISHED_RUNTIME = '@polywire/protocol/wire';

/**
 * The generator: a pure function from descriptors to files. Paths of the files begin at the output
 * directory; the message types are not among them, ts-proto writes those into `src/messages`.
 *
 * Parameter `own`: the schema is Polywire's, so the output carries the wire runtime itself.
 * @throws SchemaError naming file, line and column
 */
export function runPlugin(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: request.protoFile }));
  const allFiles = [...registry.files].sort((a, b) => byCodeUnit(a.name, b.name));
  const own = parseParameter(request.parameter);
  const output = new Map<string, string>();
  const modules: TypeScriptFile[] = [];
  const context: EmitContext = {
    allFiles,
    rules: readRules(allFiles),
    options: { own, runtimeImport: own ? OWN_RUNTIME : PUBLISHED_RUNTIME },
    files: filesToEmit(allFiles, request.fileToGenerate),
    typescript(path, declares) {
      const file = new TypeScriptFile(path, declares);
      modules.push(file);
      return file;
    },
    emitFile(path, content) {
      if (output.has(path)) throw new Error(`${path} is emitted twice`);
      output.set(path, path.endsWith('.ts') ? withoutHidden(content) : content);
    },
    error: schemaError,
  };
  checkSchema(context);
  for (const emit of [
    emitCodecs,
    emitTables,
    emitLayouts,
    emitText,
    emitEnvelopes,
    emitServices,
    emitErrors,
    emitEnums,
    emitMethodIds,
  ]) {
    emit(context);
  }
  for (const file of modules) if (!file.isEmpty) context.emitFile(file.path, file.toString());
  emitApi(context, new Set([...output.keys(), ...messagePaths(context)]));
  for (const emit of [emitJsonSchema, emitValidators, emitVectors, emitDocs, emitSchemaModule]) emit(context);
  return create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
    file: [...output]
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([name, content]) => create(CodeGeneratorResponse_FileSchema, { name, content })),
  });
}

/** Files that ts-proto must write types for: those with code, and the well-known ones they need. */
export function filesToEmit(allFiles: readonly DescFile[], requested: readonly string[]): DescFile[] {
  const wanted = new Set(allFiles.filter((file) => requested.includes(file.proto.name) && isSchema(file)));
  const addFile = (file: DescFile): void => {
    if (wanted.has(file) || !file.proto.name.startsWith('google/protobuf/')) return;
    wanted.add(file);
    messagesOf([file]).forEach(addTypes);
  };
  const addTypes = (message: DescMessage): void => {
    for (const { message: type, enum: enumeration } of message.fields) {
      if (type !== undefined) addFile(type.file);
      if (enumeration !== undefined) addFile(enumeration.file);
    }
  };
  messagesOf([...wanted]).forEach(addTypes);
  const methods = [...wanted].flatMap((file) => file.services).flatMap((service) => service.methods);
  for (const { input, output } of methods) {
    addFile(input.file);
    addFile(output.file);
  }
  return allFiles.filter((file) => wanted.has(file));
}

function isSchema(file: DescFile): boolean {
  return file.proto.name !== OPTIONS_FILE && file.proto.name !== 'google/protobuf/descriptor.proto';
}

function messagePaths(context: EmitContext): string[] {
  return context.files.map((file) => `src/messages/${file.proto.name.replace('.proto', '')}.ts`);
}

function parseParameter(parameter: string): EmitOptions['own'] {
  for (const option of parameter.split(',').filter(Boolean)) {
    if (option !== 'own') throw new Error(`option "${option}" is not known; there is only: own`);
  }
  return parameter.includes('own');
}
