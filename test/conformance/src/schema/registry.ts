import {
  createFileRegistry,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { fileDescriptorSetBase64 } from '@polywire/protocol/schema';

/**
 * Descriptors of every message of the schema. The runner encodes and decodes by reflection over
 * them, never with the generated codecs: it must not agree with an implementation by sharing its code.
 */
export const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, base64Decode(fileDescriptorSetBase64)));

const OPTIONS_PACKAGE = 'polywire.options.v1';

/** @throws Error when the schema has no such message */
export function messageDesc(typeName: string): DescMessage {
  const desc = registry.getMessage(typeName);
  if (desc === undefined) throw new Error(`the schema has no message ${typeName}`);
  return desc;
}

/** @throws Error when the schema has no such enum */
export function enumDesc(typeName: string): DescEnum {
  const desc = registry.getEnum(typeName);
  if (desc === undefined) throw new Error(`the schema has no enum ${typeName}`);
  return desc;
}

/** A method with the ids that it has in packets. */
export interface MethodInfo {
  /** Such as `polywire.kv.v1.KvService/Get`. */
  readonly name: string;
  readonly desc: DescMethod;
  readonly serviceId: number;
  readonly methodId: number;
  readonly fanout: boolean;
}

const methods = new Map<string, MethodInfo>();
const serviceNames = new Map<number, string>();
for (const service of registry) {
  if (service.kind !== 'service') continue;
  const rules = optionOf<{ serviceId: number }>(service, 'service');
  if (rules === undefined) continue;
  serviceNames.set(rules.serviceId, service.typeName);
  for (const desc of service.methods) {
    const { methodId, fanout } = optionOf<{ methodId: number; fanout: boolean }>(desc, 'method') ?? {};
    if (methodId === undefined) continue;
    const name = `${service.typeName}/${desc.name}`;
    methods.set(name, { name, desc, serviceId: rules.serviceId, methodId, fanout: fanout ?? false });
  }
}

/** @throws Error when the schema has no such method */
export function methodInfo(name: string): MethodInfo {
  const info = methods.get(name);
  if (info === undefined) throw new Error(`the schema has no method ${name}; write package.Service/Method`);
  return info;
}

/** The method with these ids, if there is one. */
export function methodByIds(serviceId: number, methodId: number): MethodInfo | undefined {
  for (const info of methods.values()) {
    if (info.serviceId === serviceId && info.methodId === methodId) return info;
  }
  return undefined;
}

/** Full name of the service with this id, if there is one. */
export function serviceName(serviceId: number): string | undefined {
  return serviceNames.get(serviceId);
}

/** The name of an error code without its prefix, such as `NOT_FOUND`. */
export function errorName(code: number): string {
  const value = enumDesc('polywire.errors.v1.ErrorCode').value[code];
  return value === undefined ? `error ${code}` : value.name.replace(/^ERROR_CODE_/, '');
}

/** The pattern rule of a string field; undefined when it has none. */
export function patternOf(field: DescField): string | undefined {
  const pattern = optionOf<{ pattern: string }>(field, 'field')?.pattern;
  return pattern === '' ? undefined : pattern;
}

function optionOf<T>(desc: DescService | DescMethod | DescField, name: string): T | undefined {
  const extension = registry.getExtension(`${OPTIONS_PACKAGE}.${name}`) as DescExtension | undefined;
  // The extension comes from the registry, so its type says nothing of what it extends.
  if (extension === undefined || !hasOption(desc as never, extension as never)) return undefined;
  return getOption(desc as never, extension as never) as T;
}
