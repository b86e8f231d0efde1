import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import * as schema from '@polywire/protocol/schema';
import type { AnyCodec } from '@polywire/protocol/wire';
import * as wire from '@polywire/protocol/wire';
import * as goldenChat from '../../codegen/goldens/output/src/api/golden.chat.v1.js';
import * as goldenKinds from '../../codegen/goldens/output/src/api/golden.kinds.v1.js';
import * as goldenShared from '../../codegen/goldens/output/src/api/golden.shared.v1.js';
import * as goldenChatTables from '../../codegen/goldens/output/src/browser/golden.chat.v1.js';
import * as goldenKindsTables from '../../codegen/goldens/output/src/browser/golden.kinds.v1.js';
import * as goldenSharedTables from '../../codegen/goldens/output/src/browser/golden.shared.v1.js';
import * as goldenSchema from '../../codegen/goldens/output/src/schema.js';

/** A message type with our codec and the oracle's description of it. */
export interface Target {
  readonly typeName: string;
  readonly codec: AnyCodec;
  /** The codec that browsers have. */
  readonly table: AnyCodec;
  readonly desc: DescMessage;
}

/** Package that stands for google.protobuf in the oracle's descriptors. */
export const PLAIN = 'plain.protobuf';

/**
 * Every message type of Polywire's schema, every kind of field (the schema of the goldens), and the
 * messages of google.protobuf that the runtime has codecs for.
 */
export async function loadTargets(): Promise<Target[]> {
  const own = plainRegistry(schema.fileDescriptorSetBase64);
  const packages = new Set([...own.files].map((file) => file.proto.package).filter(isServed));
  const modules = await Promise.all([...packages].map((name) => import(`@polywire/protocol/${name}`)));
  const tables = await Promise.all([...packages].map((name) => import(`../../generated/dist/browser/${name}.js`)));
  const golden = plainRegistry(goldenSchema.fileDescriptorSetBase64);
  return [
    ...targetsOf(own, modules, tables),
    ...targetsOf(
      golden,
      [goldenKinds, goldenChat, goldenShared],
      [goldenKindsTables, goldenChatTables, goldenSharedTables],
    ),
    ...targetsOf(golden, [wire], [wire]),
  ];
}

/** Messages of our schema that have to have a codec; the test compares them with the targets. */
export function messagesOfSchema(): string[] {
  const names: string[] = [];
  const visit = (message: DescMessage): void => {
    names.push(message.typeName);
    message.nestedMessages.forEach(visit);
  };
  for (const file of plainRegistry(schema.fileDescriptorSetBase64).files) {
    if (isServed(file.proto.package)) file.messages.forEach(visit);
  }
  return names;
}

function isServed(name: string): boolean {
  return name !== PLAIN && name !== 'polywire.options.v1' && name !== 'google.protobuf';
}

function targetsOf(registry: FileRegistry, modules: readonly object[], tables: readonly object[]): Target[] {
  const tableOf = new Map(codecsOf(tables).map((codec) => [codec.typeName, codec]));
  return codecsOf(modules).map((codec) => {
    const desc = registry.getMessage(codec.typeName.replace(/^google\.protobuf\./, `${PLAIN}.`));
    const table = tableOf.get(codec.typeName);
    if (desc === undefined) throw new Error(`no descriptor of ${codec.typeName}`);
    if (table === undefined) throw new Error(`no table of ${codec.typeName}`);
    return { typeName: codec.typeName, codec, table, desc };
  });
}

function codecsOf(modules: readonly object[]): AnyCodec[] {
  return modules.flatMap((module) => Object.values(module).filter(isCodec));
}

function isCodec(value: unknown): value is AnyCodec {
  return typeof value === 'object' && value !== null && 'typeName' in value && 'write' in value;
}

/**
 * The descriptors with google.protobuf renamed, but for descriptor.proto: the oracle then treats
 * Struct, Value and the wrappers as the plain messages that they are on the wire.
 */
function plainRegistry(base64: string): FileRegistry {
  const set = fromBinary(FileDescriptorSetSchema, base64Decode(base64));
  const isWellKnown = (name: string): boolean =>
    name.startsWith('google/protobuf/') && name !== 'google/protobuf/descriptor.proto';
  const rename = (type: string): string =>
    type.startsWith('.google.protobuf.') ? type.replace('.google.protobuf.', `.${PLAIN}.`) : type;
  for (const file of set.file) {
    if (isWellKnown(file.name)) file.package = PLAIN;
    if (file.name === 'google/protobuf/descriptor.proto') continue;
    file.service = [];
    for (const message of file.messageType) renameTypes(message, rename);
  }
  return createFileRegistry(set);
}

function renameTypes(message: FileDescriptorProto['messageType'][number], rename: (type: string) => string): void {
  for (const field of message.field) field.typeName = rename(field.typeName);
  for (const nested of message.nestedType) renameTypes(nested, rename);
}
